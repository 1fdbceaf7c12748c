import { X509Certificate } from 'node:crypto';
import { findSigner, type SignTypeV2 } from '../../core/v2/sign.js';
import { readXml, writeXml } from '../../core/v2/xml.js';
import type { Route, SimAnswer, SimRequest } from '../http.js';
import { letters } from '../random.js';
import type { Merchant, World } from '../world.js';
import { type FieldRules, firstFault } from './fields.js';
import { type FieldsOut, partnerFields } from './payment-fields.js';
import { signed } from './signed.js';

export interface Call {
  merchant: Merchant;
  appid: string;
  /** Of a service provider: whom it acts for. */
  sub_mchid?: string;
  sub_appid?: string;
  fields: ReadonlyMap<string, string>;
  signType: SignTypeV2;
}

/**
 * Fields of success; a refusal by the business; a refusal of the message, which is never signed (of bills also by the business);
 * or a file, unsigned.
 */
export type Outcome =
  | { fields: FieldsOut }
  | { err_code: string; err_code_des: string }
  | { return_msg: string; error_code?: string }
  | { file: SimAnswer };

export interface Endpoint {
  path: string;
  /** Asks for the merchant's client certificate, where the connection can carry one. */
  certificate?: boolean;
  rules: FieldRules;
  run(call: Call): Outcome;
}

/** What stands before the servers says so, not they. */
const NO_CERTIFICATE: SimAnswer = {
  status: 400,
  headers: { 'content-type': 'text/html' },
  body: '<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>No required SSL certificate was sent</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
};

const belongs = (shown: Buffer, { keys }: Merchant): boolean => new X509Certificate(keys.certificate).raw.equals(shown);

/** What is signed: the message was understood. */
type Signed = Extract<Outcome, { fields: FieldsOut } | { err_code: string }>;

const TOO_MANY: Signed = { err_code: 'FREQUENCY_LIMITED', err_code_des: '频率限制' };
const SYSTEM_ERROR: Signed = { err_code: 'SYSTEMERROR', err_code_des: '系统错误' };

/**
 * One endpoint behind WeChat's gate: method, empty body, XML, missing or over-long fields, signature, and only then the
 * business. HTTP 200 whatever comes of it; signed, with the algorithm of the request, as soon as the message was understood.
 */
export function route(world: World, endpoint: Endpoint): Route {
  return { method: '*', path: endpoint.path, handle: (req) => respond(world, endpoint, req) };
}

function respond(world: World, endpoint: Endpoint, req: SimRequest): SimAnswer {
  if (endpoint.certificate && req.secure && !req.certificate) return NO_CERTIFICATE;
  const call = admit(world, endpoint, req);
  if (typeof call === 'string') return unsigned(call);
  if (endpoint.certificate && req.certificate && !belongs(req.certificate, call.merchant)) {
    return unsigned('证书验证失败');
  }
  const { systemError, tooMany, badSignature } = req.fault ?? {};
  if (tooMany) return answer(world, call, TOO_MANY, badSignature ?? false);
  const outcome = systemError === true ? SYSTEM_ERROR : run(world, endpoint, call);
  if ('file' in outcome) return outcome.file;
  if ('return_msg' in outcome) return unsigned(outcome.return_msg, outcome.error_code);
  return answer(world, call, systemError ? SYSTEM_ERROR : outcome, badSignature ?? false);
}

/** The request as the business sees it, or the `return_msg` it is refused with. */
function admit(world: World, { rules }: Endpoint, req: SimRequest): Call | string {
  if (req.method !== 'POST') return 'REQUIRE_POST_METHOD';
  if (req.body.length === 0) return 'POST_DATA_EMPTY';
  const fields = read(req.body);
  if (!fields) return 'XML_FORMAT_ERROR';
  const fault = firstFault(rules, fields);
  if (fault) return fault;
  const merchant = world.merchants.get(fields.get('mch_id') as string);
  if (!merchant) return '商户号非法';
  const signType = (fields.get('sign_type') || 'MD5') as SignTypeV2;
  if (!findSigner(fields, [merchant.key], [signType])) return '签名错误';
  const sub_appid = fields.get('sub_appid');
  const sub_mchid = fields.get('sub_mch_id');
  return {
    merchant,
    appid: fields.get('appid') as string,
    ...(sub_appid && { sub_appid }),
    ...(sub_mchid && { sub_mchid }),
    fields,
    signType,
  };
}

function run(world: World, { run }: Endpoint, call: Call): Outcome {
  if (!world.apps.has(call.appid)) return { err_code: 'APPID_NOT_EXIST', err_code_des: 'APPID不存在' };
  if (!call.merchant.appids.includes(call.appid)) {
    return { err_code: 'APPID_MCHID_NOT_MATCH', err_code_des: 'appid和mch_id不匹配' };
  }
  return partnerRefusal(call) ?? run(call);
}

function partnerRefusal({ merchant: { subMerchants = {} }, sub_mchid, sub_appid }: Call): Outcome | undefined {
  if (sub_mchid === undefined) return undefined;
  const accounts = Object.hasOwn(subMerchants, sub_mchid) ? subMerchants[sub_mchid] : undefined;
  if (!accounts) return { err_code: 'NOAUTH', err_code_des: '特约子商户商户号未授权服务商的产品权限' };
  if (sub_appid === undefined || accounts.includes(sub_appid)) return undefined;
  return { err_code: 'APPID_MCHID_NOT_MATCH', err_code_des: 'sub_appid和sub_mch_id不匹配' };
}

function read(body: Buffer): Map<string, string> | undefined {
  try {
    return readXml(body);
  } catch {
    return undefined;
  }
}

function answer(
  world: World,
  { merchant, appid, signType, ...call }: Call,
  outcome: Outcome,
  badSignature: boolean,
): SimAnswer {
  const business: Iterable<[string, string | number]> =
    'fields' in outcome
      ? [['result_code', 'SUCCESS'], ...outcome.fields]
      : [['result_code', 'FAIL'], ...Object.entries(outcome)];
  const fields = new Map<string, string | number>([
    ['return_code', 'SUCCESS'],
    ['return_msg', 'OK'],
    ['appid', appid],
    ['mch_id', merchant.mchid],
    ...partnerFields(call),
    ['nonce_str', letters(world.random, 16)],
    ...business,
  ]);
  return xml(signed(fields, badSignature ? `not ${merchant.key}` : merchant.key, signType));
}

const unsigned = (return_msg: string, error_code?: string): SimAnswer =>
  xml([
    ['return_code', 'FAIL'],
    ['return_msg', return_msg],
    ...(error_code ? ([['error_code', error_code]] as [string, string][]) : []),
  ]);

const xml = (fields: Iterable<[string, string | number]>): SimAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: writeXml(fields),
});
