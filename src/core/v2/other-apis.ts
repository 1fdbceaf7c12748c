import { mustBe } from '../../util/options.js';
import { VerificationError } from '../errors.js';
import { foreignId } from '../ids.js';
import type { MerchantV2 } from './merchant.js';
import { badAnswer, type OutgoingV2, parseAnswer, refusal } from './message.js';
import { type FieldsV2, findSigner, type SignTypeV2, signV2 } from './sign.js';
import { writeXml } from './xml/write.js';

/**
 * APIs whose answers WeChat never signs. Only TLS vouches for them.
 *
 * @see https://github.com/wechatpay-apiv3/wechatpay-php (src/ClientXmlTrait.php)
 */
const UNSIGNED: ReadonlySet<string> = new Set([
  '/mchrisk/querymchrisk',
  '/mchrisk/setmchriskcallback',
  '/mchrisk/syncmchriskresult',
  '/mmpaymkttransfers/gethbinfo',
  '/mmpaymkttransfers/gettransferinfo',
  '/mmpaymkttransfers/pay_bank',
  '/mmpaymkttransfers/promotion/paywwsptrans2pocket',
  '/mmpaymkttransfers/promotion/querywwsptrans2pocket',
  '/mmpaymkttransfers/promotion/transfers',
  '/mmpaymkttransfers/query_bank',
  '/mmpaymkttransfers/sendgroupredpack',
  '/mmpaymkttransfers/sendminiprogramhb',
  '/mmpaymkttransfers/sendredpack',
  '/payitil/report',
  '/risk/getpublickey',
  '/risk/getviolation',
  '/secapi/mch/submchmanage',
]);

/** Names under which APIs of v2 carry the merchant, and its account. */
const MCHIDS = ['mch_id', 'mchid'];
const PARTIES = [...MCHIDS, 'appid', 'mch_appid', 'wxappid', 'sub_mch_id', 'sub_appid'];
const OURS = ['sign', 'sign_type', 'nonce_str'];

/**
 * The fields of a request to any API: the merchant's own under the names that most APIs use, then those given. APIs that name
 * the merchant otherwise (`mchid`, `mch_appid`, `wxappid`) are sent that name alone. A field that is given as `undefined` is
 * left out, the merchant's own included.
 *
 * @throws {TypeError} a field that is set by the client, or names another merchant
 */
export function otherFields(merchant: MerchantV2, fields: OutgoingV2, nonce_str: string, signType: SignTypeV2) {
  for (const name of OURS) if (Object.hasOwn(fields, name)) throw new TypeError(`"${name}" is set by the client`);
  for (const name of MCHIDS) {
    const value = fields[name];
    if (value !== undefined && value !== merchant.mchid) throw mustBe(name, `this merchant's, ${merchant.mchid}`);
  }
  const { appid, mchid: mch_id, sub_appid, sub_mchid: sub_mch_id } = merchant;
  const sign_type = signType === 'MD5' ? undefined : signType;
  const renamed = {
    ...('mchid' in fields && { mch_id: undefined }),
    ...(hasOtherAppid(fields) && { appid: undefined }),
  };
  const own: OutgoingV2 = { appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign_type, ...renamed };
  return new Map(Object.entries({ ...own, ...fields }).filter(isPresent));
}

const hasOtherAppid = (fields: OutgoingV2): boolean => 'mch_appid' in fields || 'wxappid' in fields;

const isPresent = (field: [string, string | number | undefined]): field is [string, string | number] =>
  field[1] !== undefined && field[1] !== null && field[1] !== '';

/** The message of those fields, signed. @throws {TypeError} for a field that XML cannot carry */
export function signedMessage(
  merchant: MerchantV2,
  fields: ReadonlyMap<string, string | number>,
  signType: SignTypeV2,
): string {
  return writeXml([...fields, ['sign', signV2(fields, merchant.keys[0], signType)]]);
}

/** What makes an answer that of this request. */
export interface Asked {
  path: string;
  sent: ReadonlyMap<string, string | number>;
  signType: SignTypeV2;
  /** Also where WeChat is not known to leave the signature out. */
  acceptUnsigned: boolean;
}

/**
 * The fields of an answer. A signature that is there must be right. One may be missing only where WeChat never signs.
 *
 * @throws {ApiError} WeChat refused
 * @throws {VerificationError} (502) `ERR_WXPAY_BAD_SIGNATURE`, `ERR_WXPAY_WRONG_MERCHANT`
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` (502) not a message of API v2
 */
export function readOtherAnswer(
  merchant: MerchantV2,
  asked: Asked,
  body: Uint8Array,
): { fields: FieldsV2; signed: boolean } {
  const { path } = asked;
  const fields = parseAnswer(path, body);
  const return_code = fields.get('return_code');
  if (return_code === 'FAIL') throw refusal(path, 'FAIL', fields.get('return_msg'));
  if (return_code !== 'SUCCESS') throw badAnswer(path, 'no return_code');
  const signed = isSigned(merchant, asked, fields);
  checkParties(merchant, asked, fields);
  if (fields.get('result_code') !== 'SUCCESS') {
    throw refusal(path, fields.get('err_code') ?? 'FAIL', fields.get('err_code_des') ?? fields.get('return_msg'));
  }
  return { fields, signed };
}

function isSigned({ keys }: MerchantV2, { path, signType, acceptUnsigned }: Asked, fields: FieldsV2): boolean {
  if (fields.get('sign')) {
    if (findSigner(fields, keys, [signType])) return true;
    throw unproven('ERR_WXPAY_BAD_SIGNATURE', path, 'is not signed with the key');
  }
  if (acceptUnsigned || UNSIGNED.has(path)) return false;
  throw unproven('ERR_WXPAY_BAD_SIGNATURE', path, 'has no signature');
}

/** Every party that the answer names must be the one that was asked about. */
function checkParties({ mchid }: MerchantV2, { path, sent }: Asked, fields: FieldsV2): void {
  for (const name of PARTIES) {
    const theirs = fields.get(name);
    const ours = MCHIDS.includes(name) ? mchid : sent.get(name);
    if (!theirs || ours === undefined || theirs === String(ours)) continue;
    throw unproven(
      'ERR_WXPAY_WRONG_MERCHANT',
      path,
      `is for another merchant: ${foreignId(name, theirs, String(ours))}`,
    );
  }
}

const unproven = (code: 'ERR_WXPAY_BAD_SIGNATURE' | 'ERR_WXPAY_WRONG_MERCHANT', path: string, reason: string) =>
  new VerificationError(code, `the answer to ${path} ${reason}`, { status: 502 });
