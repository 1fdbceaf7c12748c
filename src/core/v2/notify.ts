import { VerificationError } from '../errors.js';
import { CURRENCY, foreignId, OUT_TRADE_NO, TRANSACTION_ID } from '../ids.js';
import type { NotificationContent, Payment } from '../vocabulary.js';
import type { MerchantV2 } from './merchant.js';
import { ownParties } from './message.js';
import { type FieldsV2, findSigner, type SignTypeV2 } from './sign.js';
import { FEN, readTransaction } from './transaction.js';
import { readXml } from './xml/read.js';

/**
 * Documented fields of free text. In any other field an `&` means that one signed value was split
 * into two.
 */
const FREE_TEXT: ReadonlySet<string> = new Set(['attach', 'body', 'detail', 'device_info', 'promotion_detail']);
const FREE_TEXT_ENDINGS = ['_msg', '_des', '_desc'];

/** Fields whose value says what was paid, by whom, or for whom. */
const FACTS = [
  'appid',
  'bank_type',
  'cash_fee',
  'cash_fee_type',
  'coupon_count',
  'coupon_fee',
  'fee_type',
  'is_subscribe',
  'mch_id',
  'nonce_str',
  'openid',
  'out_trade_no',
  'result_code',
  'return_code',
  'settlement_total_fee',
  'sign_type',
  'sub_appid',
  'sub_is_subscribe',
  'sub_mch_id',
  'sub_openid',
  'time_end',
  'total_fee',
  'trade_state',
  'trade_type',
  'transaction_id',
];
const HIDDEN_FACT = new RegExp(`&(?:${FACTS.join('|')})=`);

const isFreeText = (name: string): boolean =>
  FREE_TEXT.has(name) || FREE_TEXT_ENDINGS.some((ending) => name.endsWith(ending));

/**
 * The signed text `a=b&c=d` has no escaping, so that facts which a user wrote into one text can be
 * read as fields. The genuine facts must then be hidden in the value of a second text. Fields are
 * signed in the order of their names: the second text comes after the forged facts, the first of
 * which is `fee_type`.
 */
const hidesFacts = (name: string, value: string): boolean => name > 'fee_type' && HIDDEN_FACT.test(value);

/**
 * Reads the fields of a notification, none of which is verified yet.
 *
 * @throws {VerificationError} `ERR_WXPAY_BAD_SIGNATURE`: it is not a message that can be signed
 */
export function readNotifyFields(body: Uint8Array): FieldsV2 {
  try {
    return readXml(body);
  } catch (cause) {
    throw new VerificationError('ERR_WXPAY_BAD_SIGNATURE', 'not an XML message of API v2', { cause });
  }
}

/**
 * Verifies the signature over every field, and returns which key and algorithm made it.
 *
 * @throws {VerificationError} `ERR_WXPAY_BAD_SIGNATURE`
 */
export function verifyNotify(merchant: MerchantV2, fields: FieldsV2): { key: string; signType: SignTypeV2 } {
  for (const [name, value] of fields) {
    if (!value.includes('&')) continue;
    if (!isFreeText(name) || hidesFacts(name, value)) throw badSignature(`an & in ${name} fits several messages`);
  }
  const signer = findSigner(fields, merchant.keys, merchant.acceptSignTypes);
  if (!signer) throw badSignature('no configured key made this signature');
  return signer;
}

/**
 * Checks merchant, kind and formats of a verified notification, in this order. The first failure is
 * thrown.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 * @throws {VerificationError} `ERR_WXPAY_WRONG_MERCHANT`, `ERR_WXPAY_BAD_FACTS`
 */
export function readPaymentNotice(merchant: MerchantV2, fields: FieldsV2): NotificationContent {
  checkMerchant(merchant, fields);
  const raw = objectOf(fields);
  if (fields.get('return_code') !== 'SUCCESS' || fields.get('result_code') !== 'SUCCESS') {
    return { ignored: { resource: raw, raw } };
  }
  checkFacts(fields);
  const payment = readTransaction(fields, 'SUCCESS') as Payment;
  return { notice: { type: 'payment.success', payment, raw } };
}

/**
 * Returns the fields as a plain object. A loop takes a fifth of the time of Object.fromEntries(),
 * and no field is named `__proto__`.
 */
export function objectOf(fields: FieldsV2): Record<string, string> {
  const object: Record<string, string> = {};
  for (const [name, value] of fields) object[name] = value;
  return object;
}

export function checkMerchant(merchant: MerchantV2, fields: FieldsV2): void {
  for (const [name, ours] of Object.entries(ownParties(merchant))) {
    const theirs = fields.get(name);
    // WeChat may leave out sub_appid when the payer is known by the provider's own appid.
    if (theirs ? ours.includes(theirs) : ours.length === 0 || name === 'sub_appid') continue;
    const foreign = foreignId(name, theirs, ours.join(' or ') || undefined);
    throw new VerificationError('ERR_WXPAY_WRONG_MERCHANT', foreign, { status: 400 });
  }
}

function checkFacts(fields: FieldsV2): void {
  const rules = { out_trade_no: OUT_TRADE_NO, transaction_id: TRANSACTION_ID, total_fee: FEN };
  for (const [name, rule] of Object.entries(rules)) {
    if (!rule.test(fields.get(name) ?? '')) throw badFacts(name);
  }
  const currency = fields.get('fee_type');
  if (currency && !CURRENCY.test(currency)) throw badFacts('fee_type');
}

const badFacts = (name: string): VerificationError =>
  new VerificationError('ERR_WXPAY_BAD_FACTS', `${name} is malformed`, { status: 400 });

const badSignature = (reason: string): VerificationError => new VerificationError('ERR_WXPAY_BAD_SIGNATURE', reason);
