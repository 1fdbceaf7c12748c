import { findSigner, type SignTypeV2, signingString, signV2 } from '../../core/v2/sign.js';
import { readXml } from '../../core/v2/xml/read.js';
import type { SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import type { Call, Outcome } from './endpoint.js';
import { type FieldRules, firstProblem } from './fields.js';

/**
 * Checks a request in the order of WeChat: method, empty body, XML, missing or long fields,
 * signature.
 *
 * @returns the call, or the `return_msg` of the refusal
 */
export function admit(state: SimulatorState, rules: FieldRules, req: SimRequest): Call | string {
  if (req.method !== 'POST') return 'REQUIRE_POST_METHOD';
  if (req.body.length === 0) return 'POST_DATA_EMPTY';
  const fields = readFields(req.body);
  if (!fields) return 'XML_FORMAT_ERROR';
  const problem = firstProblem(rules, fields);
  if (problem) return problem;
  // Some APIs call the merchant number mchid.
  const mchid = fields.get('mch_id') ?? fields.get('mchid') ?? '';
  const { record } = req;
  const number = fields.get('out_trade_no');
  if (number) record.out_trade_no = number;
  const merchant = state.merchants.get(mchid);
  if (!merchant) {
    record.notes.push(
      `there is no merchant ${mchid}: there are ${[...state.merchants.keys()].join()}`,
    );
    return '商户号非法';
  }
  record.mchid = mchid;
  const signType = (fields.get('sign_type') || 'MD5') as SignTypeV2;
  record.signature = {
    scheme: signType,
    message: `${signingString(fields)}&key=${merchant.key}`,
    signature: fields.get('sign') ?? '',
    expected: signV2(fields, merchant.key, signType),
    valid: findSigner(fields, [merchant.key], [signType]) !== undefined,
  };
  if (!record.signature.valid) return '签名错误';
  const sub_appid = fields.get('sub_appid');
  const sub_mchid = fields.get('sub_mch_id');
  return {
    merchant,
    appid: fields.get('appid') ?? '',
    ...(sub_appid && { sub_appid }),
    ...(sub_mchid && { sub_mchid }),
    fields,
    signType,
  };
}

function readFields(body: Buffer): Map<string, string> | undefined {
  try {
    return readXml(body);
  } catch {
    return undefined;
  }
}

/** Checks that the accounts and merchants of a call belong together. */
export function partiesRefusal(state: SimulatorState, call: Call): Outcome | undefined {
  if (!state.apps.has(call.appid)) {
    return { err_code: 'APPID_NOT_EXIST', err_code_des: 'APPID不存在' };
  }
  if (!call.merchant.appids.includes(call.appid)) return notMatching('appid和mch_id不匹配');
  const { sub_mchid, sub_appid } = call;
  if (sub_mchid === undefined) return undefined;
  const { subMerchants = {} } = call.merchant;
  const accounts = Object.hasOwn(subMerchants, sub_mchid) ? subMerchants[sub_mchid] : undefined;
  if (!accounts) {
    return { err_code: 'NOAUTH', err_code_des: '特约子商户商户号未授权服务商的产品权限' };
  }
  if (sub_appid === undefined || accounts.includes(sub_appid)) return undefined;
  return notMatching('sub_appid和sub_mch_id不匹配');
}

const notMatching = (err_code_des: string): Outcome => ({
  err_code: 'APPID_MCHID_NOT_MATCH',
  err_code_des,
});
