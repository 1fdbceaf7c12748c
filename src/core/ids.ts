/** `@` is allowed on refund pages only; a notification may carry what an older shop once used. */
export const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*@]{1,32}$/;
export const TRANSACTION_ID = /^[0-9A-Za-z]{10,32}$/;
/** `wx…`; `ww…` for a company's WeChat. The `gh_…` of an account is another number. */
export const APPID = /^w[wx][0-9A-Za-z_-]{1,30}$/;
export const CURRENCY = /^[A-Z]{3}$/;

export const NEW_OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/;
