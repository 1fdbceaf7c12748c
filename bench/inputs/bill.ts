import type { Merchant } from './merchant.js';
import { OPENID, tradeNo, transactionId } from './order.js';

const HEADINGS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const SUM_HEADINGS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const PIECE = 1_000;

/** Where the bill is downloaded. */
export const DOWNLOAD = '/v3/billdownload/file?token=abc';

const lineOf = ({ appid, mchid }: Merchant, n: number): string =>
  `\`2026-01-31 10:34:56,\`${appid},\`${mchid},\`0,\`,\`${transactionId(n)},\`${tradeNo(n)},\`${OPENID},\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`19.90,\`0.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`一碗面,\`,\`0.11000,\`0.60%,\`19.90,\`0.00,\`\r\n`;

/** A trade bill as text, a thousand lines at a time. */
export function* billPieces(merchant: Merchant, rows: number): Generator<string> {
  yield `\ufeff${HEADINGS}\r\n`;
  for (let n = 0; n < rows; n += PIECE) {
    let piece = '';
    for (let m = n; m < Math.min(rows, n + PIECE); m++) piece += lineOf(merchant, m);
    yield piece;
  }
  yield `${SUM_HEADINGS}\r\n\`${rows},\`19.90,\`0.00,\`0.00,\`0.11,\`19.90,\`0.00\r\n`;
}
