import { createPublicKey } from 'node:crypto';
import { verifySha256 } from '../../core/crypto/rsa.js';
import { type Authorization, readAuthorization, requestMessage } from '../../core/v3/authorization.js';
import type { SimRequest } from '../http.js';
import type { Merchant, World } from '../world.js';
import type { PlatformSigner } from './keys.js';
import { refuse } from './refusal.js';
import { answerSigner } from './signature.js';

/** Endpoints differ in what they say of a request they cannot attribute, and in what they ask of its headers. */
export interface Family {
  /** `/v3/pay/transactions/*`: other texts, and no `Request-ID` on 401. */
  transactions: boolean;
  /** Insists on a `User-Agent`, before anything else. */
  userAgent: boolean;
}

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const WINDOW = 300;

const signError = (message: string): never => refuse(401, 'SIGN_ERROR', message);

/** Who asks, proven, and who shall sign the answer. Checks in WeChat's order; the first failure ends it. */
export function admit(world: World, family: Family, req: SimRequest): { merchant: Merchant; signer: PlatformSigner } {
  if (family.userAgent && !req.headers['user-agent']?.[0]) {
    refuse(400, 'INVALID_REQUEST', 'Http头缺少Accept或User-Agent');
  }
  const authorization = readHeader(family, req);
  if (!(Math.abs(world.clock.now() - Number(authorization.timestamp)) < WINDOW)) {
    signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
  }
  const merchant = world.merchants.get(authorization.mchid);
  if (merchant?.keys.serial_no !== authorization.serial_no) {
    return signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号');
  }
  if (!isSigned(merchant, authorization, req)) signError('签名错误');
  const signer = answerSigner(merchant, req.headers['wechatpay-serial']?.join());
  return { merchant, signer: signer ?? refuse(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误') };
}

function readHeader({ transactions }: Family, { headers }: SimRequest): Authorization {
  const values = headers.authorization ?? [];
  const header = values.length === 1 ? (values[0] as string) : '';
  const authorization = readAuthorization(header);
  if (authorization) return authorization;
  if (!transactions) signError('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》');
  return signError(header.startsWith(`${SCHEME} `) ? 'Authorization不合法' : '签名信息错误，验签失败');
}

function isSigned({ keys }: Merchant, { timestamp, nonce_str, signature }: Authorization, req: SimRequest): boolean {
  const { method, raw, body } = req;
  // the body as bytes: what is not UTF-8 must not verify as its replacement characters
  const head = requestMessage({ method, path: raw.url ?? '', timestamp, nonce_str, body: '' }).slice(0, -1);
  return verifySha256(createPublicKey(keys.privateKey), signature, head, body, '\n');
}
