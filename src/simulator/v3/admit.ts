import { createPublicKey } from 'node:crypto';
import { verifySha256 } from '../../core/crypto/rsa.js';
import { requestMessage } from '../../core/v3/authorization.js';
import { toUnixSeconds } from '../../util/clock.js';
import type { Merchant } from '../accounts/merchant.js';
import type { PlatformSigner } from '../accounts/platform-certificates.js';
import type { RequestSignature } from '../http/request-log.js';
import type { SimRequest } from '../http/types.js';
import { timeOfRequest } from '../signing/shop-time.js';
import { answerSigner, sameSerial } from '../signing/v3.js';
import type { SimulatorState } from '../state.js';
import { type Authorization, readAuthorization } from './authorization.js';
import type { Family } from './endpoint.js';
import { refuse } from './refusal.js';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';

/** A request whose signature is correct. */
interface Admitted {
  merchant: Merchant;
  /** The key that signs the answer … */
  signer: PlatformSigner;
  /** … and the time that it is dated by, in Unix milliseconds. */
  now: number;
}

function signError(message: string): never {
  return refuse(401, 'SIGN_ERROR', message);
}

/** How far a timestamp is from the clocks that count. */
function ageNote({ clock, rules }: SimulatorState, timestamp: string): string {
  const behind = (time: number): string => `${toUnixSeconds(time) - Number(timestamp)} s behind`;
  const simulated = `the timestamp is ${behind(clock.now())} the simulator's clock`;
  return rules.timestamps === 'strict'
    ? simulated
    : `${simulated} and ${behind(clock.real())} the real one`;
}

/**
 * Finds out which merchant sent a request, and which key signs the answer. `signed` is the part of
 * the body that the signature covers. The checks are made in
 * the order of WeChat, and the first failure ends the request.
 *
 * @throws {Refused}
 */
export function admit(
  state: SimulatorState,
  family: Family,
  req: SimRequest,
  signed: Buffer,
): Admitted {
  const { merchants } = state;
  const { notes } = req.record;
  if (family.userAgent && !req.headers['user-agent']?.[0]) {
    refuse(400, 'INVALID_REQUEST', 'Http头缺少Accept或User-Agent');
  }
  const authorization = readHeader(family, req);
  const merchant = merchants.get(authorization.mchid);
  const signature = signatureOf(merchant, authorization, req, signed);
  req.record.signature = signature;
  const now = timeOfRequest(state, authorization.timestamp);
  if (now === undefined) {
    notes.push(ageNote(state, authorization.timestamp));
    signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
  }
  if (!merchant || !sameSerial(merchant.keys.serial_no, authorization.serial_no)) {
    notes.push(
      merchant
        ? `serial_no must be ${merchant.keys.serial_no}, the serial of the merchant's certificate`
        : `there is no merchant ${authorization.mchid}: there are ${[...merchants.keys()].join()}`,
    );
    return signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号');
  }
  if (!signature.valid) signError('签名错误');
  const serial = serialOf(req);
  const signer = answerSigner(merchant, serial);
  if (signer) return { merchant, signer, now };
  notes.push(`the merchant has no platform key ${serial} in the mode "${merchant.platform}"`);
  return refuse(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误');
}

/** The platform key that the request names. Some SDKs send an empty header when they know none. */
export const serialOf = ({ headers }: SimRequest): string | undefined =>
  headers['wechatpay-serial']?.join().trim() || undefined;

function readHeader({ transactions }: Family, { headers }: SimRequest): Authorization {
  const values = headers.authorization ?? [];
  const header = values.length === 1 ? (values[0] as string) : '';
  const authorization = readAuthorization(header);
  if (authorization) return authorization;
  if (!transactions) {
    signError('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》');
  }
  return signError(
    header.startsWith(`${SCHEME} `) ? 'Authorization不合法' : '签名信息错误，验签失败',
  );
}

/** Verifies a signature, which covers the bytes that arrived. */
function signatureOf(
  merchant: Merchant | undefined,
  { mchid, serial_no, timestamp, nonce_str, signature }: Authorization,
  { method, raw }: SimRequest,
  body: Buffer,
): RequestSignature {
  const parts = { method, path: raw.url ?? '', timestamp, nonce_str };
  // The body is verified as bytes: decoded, invalid UTF-8 would equal its replacement characters.
  const head = requestMessage({ ...parts, body: '' }).slice(0, -1);
  return {
    scheme: SCHEME,
    message: requestMessage({ ...parts, body: body.toString() }),
    signature,
    authorization: { mchid, serial_no, nonce_str, timestamp },
    valid:
      merchant !== undefined &&
      verifySha256(createPublicKey(merchant.keys.privateKey), signature, head, body, '\n'),
  };
}
