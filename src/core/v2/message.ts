import { appidsOf, subAppidsOf } from '../accounts.js';
import { ApiError, VerificationError, WxpayError } from '../errors.js';
import { foreignId } from '../ids.js';
import { meaningOfCode } from '../meanings.js';
import type { MerchantV2 } from './merchant.js';
import { type FieldsV2, findSigner, signV2 } from './sign.js';
import { readXml } from './xml/read.js';
import { writeXml } from './xml/write.js';

export type OutgoingV2 = Record<string, string | number | undefined>;

/**
 * Builds a signed request: the merchant's fields, then the given ones that are neither undefined
 * nor empty.
 */
export function buildRequest(merchant: MerchantV2, fields: OutgoingV2, nonce_str: string): string {
  const { appid, mchid: mch_id, sub_appid, sub_mchid: sub_mch_id, signType } = merchant;
  const sign_type = signType === 'MD5' ? undefined : signType;
  const sent = new Map<string, string | number>();
  addPresent(sent, { appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign_type });
  addPresent(sent, fields);
  sent.set('sign', signV2(sent, merchant.keys[0], signType));
  return writeXml(sent);
}

function addPresent(sent: Map<string, string | number>, fields: OutgoingV2): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined && value !== '') sent.set(name, value);
  }
}

/**
 * Reads an answer on its two levels: `return_code` (was the request understood) and `result_code`
 * (was it done). An answer that claims success is verified first.
 *
 * @throws {ApiError} WeChat refused
 * @throws {VerificationError} `ERR_WXPAY_BAD_SIGNATURE`, `ERR_WXPAY_WRONG_MERCHANT`: it is not
 * WeChat's answer to this merchant
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER`: it is not a message of API v2
 */
export function readAnswer(merchant: MerchantV2, operation: string, body: Uint8Array): FieldsV2 {
  const fields = parseAnswer(operation, body);
  const return_code = fields.get('return_code');
  if (return_code === 'FAIL') throw refusal(operation, 'FAIL', fields.get('return_msg'));
  if (return_code !== 'SUCCESS') throw badAnswer(operation, 'no return_code');
  if (!findSigner(fields, merchant.keys, [merchant.signType])) {
    throw new VerificationError('ERR_WXPAY_BAD_SIGNATURE', `the answer to ${operation} is not signed with the key`, {
      status: 502,
    });
  }
  checkParties(merchant, operation, fields);
  if (fields.get('result_code') !== 'SUCCESS') {
    throw refusal(operation, fields.get('err_code') ?? 'FAIL', fields.get('err_code_des') ?? fields.get('return_msg'));
  }
  return fields;
}

/** A sub merchant may be left out of an answer, but another one than ours never passes. */
function checkParties(merchant: MerchantV2, operation: string, fields: FieldsV2): void {
  for (const [name, ours] of Object.entries(ownParties(merchant))) {
    const named = fields.get(name);
    if (named ? ours.includes(named) : name.startsWith('sub_')) continue;
    const message = `the answer to ${operation} is for another merchant: ${foreignId(name, named, ours.join(' or ') || undefined)}`;
    throw new VerificationError('ERR_WXPAY_WRONG_MERCHANT', message, { status: 502 });
  }
}

/** The values that a message may have in each field that names a merchant or an account. */
export const ownParties = (merchant: MerchantV2): Readonly<Record<string, readonly string[]>> => ({
  appid: appidsOf(merchant),
  mch_id: [merchant.mchid],
  sub_mch_id: merchant.sub_mchid === undefined ? [] : [merchant.sub_mchid],
  sub_appid: subAppidsOf(merchant),
});

/** Returns a field that the answer must have, in its form. */
export function need(operation: string, fields: FieldsV2, name: string, form = /./): string {
  const value = fields.get(name);
  if (!value) throw badAnswer(operation, `no ${name}`);
  if (!form.test(value)) throw badAnswer(operation, `${name} is malformed`);
  return value;
}

export const badAnswer = (operation: string, reason: string, cause?: unknown): WxpayError =>
  new WxpayError('ERR_WXPAY_BAD_ANSWER', `the answer to ${operation} cannot be used: ${reason}`, {
    status: 502,
    cause,
  });

/** @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER`: it is not a message of API v2 */
export function parseAnswer(operation: string, body: Uint8Array): FieldsV2 {
  try {
    return readXml(body);
  } catch (cause) {
    throw badAnswer(operation, 'not an XML message of API v2', cause);
  }
}

/** Returns the error for a refusal. */
export function refusal(operation: string, wechatCode: string, text = ''): ApiError {
  const meaning = meaningOfCode(wechatCode, text) ?? 'other';
  return new ApiError(operation, { status: 200, wechatCode, text, meaning, hint: hintOf(wechatCode, text) });
}

function hintOf(code: string, text: string): string | undefined {
  if (code !== 'SIGNERROR' && !/签名(?:错误|失败)/.test(text)) return undefined;
  return '"mchid" and "v2.key" must belong together, and "v2.key" must be the APIv2 key, which is another than the APIv3 key';
}
