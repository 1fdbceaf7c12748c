import { ApiError } from '../errors.js';
import { looseText, readObject } from '../json.js';
import { type ApiMeaning, meaningOfCode } from '../meanings.js';
import type { Call } from './merchant.js';

/** What a refusal means, where status and request decide with the code. */
function meaningOf(status: number, code: string, text: string, { method, path }: Call): ApiMeaning {
  if (code === 'RESOURCE_NOT_EXISTS' && path.startsWith('/v3/refund/')) {
    // A request to refund is answered so when there is no such payment.
    return method === 'GET' ? 'refund_not_found' : 'order_not_found';
  }
  const known = meaningOfCode(code, text);
  if (known) return known;
  if (status === 429) return 'too_frequent';
  // 202: accepted, repeat with the same parameters.
  return status >= 500 || status === 202 ? 'unknown_outcome' : 'other';
}

const BELONG_TOGETHER =
  '"mchid", "v3.serial_no" and "v3.privateKey" must belong together: `openssl x509 -in apiclient_cert.pem -noout -serial ' +
  '-subject` prints the serial and, as CN, the mchid; given as "v3.certificate", it is checked against all three at creation';

/** What to change, where the cause is known. */
function hintOf(code: string, text: string): string | undefined {
  if (code === 'SIGN_ERROR') {
    return text.includes('timestamp') ? "set this machine's clock right (NTP)" : BELONG_TOGETHER;
  }
  // The serial of the merchant's own certificate is refused as SIGN_ERROR; this is the one of WeChat Pay's key.
  if (text.includes('Wechatpay-Serial')) return '"v3.platformKeys" must hold the public key of this very merchant';
  if (code === 'APPID_MCHID_NOT_MATCH') return 'bind "appid" to "mchid" on the merchant platform';
  return undefined;
}

/**
 * A refusal as an error. These answers are unsigned: they may be believed to stop, never to go on.
 *
 * @param requestId of the `Request-ID` header, which some answers lack
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012081709
 */
export function readRefusal(call: Call, status: number, body: Uint8Array, requestId: string | undefined): ApiError {
  const answer = readObject(body) ?? {};
  // 404 and 405 come empty for a path or method WeChat does not know; 502 and 503 as a page.
  const wechatCode = looseText(answer, 'code', /^\w{1,64}$/) ?? `HTTP_${status}`;
  const text = looseText(answer, 'message') ?? '';
  const meaning = meaningOf(status, wechatCode, text, call);
  const hint = hintOf(wechatCode, text);
  return new ApiError(call.operation, { status, wechatCode, text, meaning, hint, detail: answer.detail, requestId });
}
