/** The page that explains every code, and the anchor of each. */
const ERRORS_PAGE = 'https://github.com/koa-wxpay/koa-wxpay/blob/main/docs/errors.md#';

const LINK = new RegExp(`; see ${ERRORS_PAGE.replaceAll('.', '\\.')}\\w+`, 'g');

/** The message without the links that {@link documented} gave it and the messages quoted in it. */
export const undocumented = (message: string): string => message.replace(LINK, '');

/** The message of an error with this code, ending in the address of the page that says what to do about it. */
export const documented = (message: string, code: string): string =>
  `${undocumented(message)}; see ${ERRORS_PAGE}${code.toLowerCase()}`;
