import { defined } from '../../util/absent.js';
import { VerificationError, type WxpayErrorCode } from '../errors.js';
import { FieldFault, type JsonObject, readObject } from '../json.js';
import type { Notice, NotificationContent, Payment } from '../vocabulary.js';
import { isCombined, ordersOf, paymentIn } from './combined.js';
import type { Envelope } from './envelope.js';
import { foreignField, foreignToCombined, foreignToOthers, type MerchantV3 } from './merchant.js';
import { readRefund } from './refunds.js';
import { readTransaction } from './transactions.js';

const refuse = (code: WxpayErrorCode, message: string): VerificationError =>
  new VerificationError(code, message, { status: 400 });

/**
 * What a verified and opened notification says: merchant, kind, formats, in this order; the first failure ends it.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 * @throws {VerificationError} `ERR_WXPAY_BAD_ENVELOPE`, `ERR_WXPAY_WRONG_MERCHANT`, `ERR_WXPAY_BAD_FACTS`
 */
export function readNotice(envelope: Envelope, plaintext: Buffer, merchant: MerchantV3): NotificationContent {
  const resource = readObject(plaintext);
  if (!resource) throw refuse('ERR_WXPAY_BAD_ENVELOPE', 'the opened resource is not a JSON object');
  try {
    return readContent(envelope, resource, merchant);
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw refuse('ERR_WXPAY_BAD_FACTS', error.message);
  }
}

/** @throws {FieldFault} */
function readContent(envelope: Envelope, resource: JsonObject, merchant: MerchantV3): NotificationContent {
  const { id, event_type, original_type, whole } = envelope;
  const raw = { ...whole, resource };
  const checkMerchant = (foreign: string | undefined): void => {
    if (foreign !== undefined) throw refuse('ERR_WXPAY_WRONG_MERCHANT', foreign);
  };
  switch (kindOf(envelope, resource)) {
    case 'payment':
      checkMerchant(foreignField(resource, merchant, 'appid and mchid'));
      if (!isPaid(resource)) break;
      return { notice: { type: 'payment.success', payment: readPayment(resource, merchant), id, raw } };
    case 'combined': {
      const orders = ordersOf(resource);
      checkMerchant(foreignToCombined(resource, orders, merchant));
      if (!orders.every(isPaid)) break;
      return { combined: readCombined(envelope, resource, merchant) };
    }
    case 'refund': {
      checkMerchant(foreignField(resource, merchant, 'mchid'));
      const type = refundType(event_type, resource);
      if (!type) break;
      return { notice: { type, refund: readRefund(resource, merchant), id, raw, authenticity: 'signed' } };
    }
    case 'other':
      checkMerchant(foreignToOthers(resource, merchant));
      checkNumber(envelope);
      return { other: defined({ type: 'other' as const, id, event_type, original_type, resource, raw }) };
  }
  return { ignored: defined({ id, event_type, original_type, resource, raw }) };
}

type Kind = 'payment' | 'combined' | 'refund' | 'other';

/**
 * The kind is told by `event_type` together with `original_type`: profit that was shared is reported as `TRANSACTION.SUCCESS`, too.
 * A combined order has both in common with a payment.
 */
function kindOf({ event_type, original_type }: Envelope, resource: JsonObject): Kind {
  const isOf = (type: string): boolean => original_type === undefined || original_type === type;
  if (event_type === 'TRANSACTION.SUCCESS' && isOf('transaction')) return isCombined(resource) ? 'combined' : 'payment';
  return Object.hasOwn(REFUNDS, event_type) && isOf('refund') ? 'refund' : 'other';
}

const isPaid = (transaction: JsonObject): boolean =>
  transaction.trade_state === 'SUCCESS' &&
  !('refund_id' in transaction || 'out_refund_no' in transaction || 'refund_status' in transaction);

function readPayment(resource: JsonObject, merchant: MerchantV3): Payment {
  const payment = readTransaction(resource, merchant) as Payment;
  if (payment.transaction_id && payment.amount) return payment;
  throw refuse('ERR_WXPAY_BAD_FACTS', 'a payment without transaction_id or amount');
}

/** A payment for each of the orders, every one with what arrived about it. */
function readCombined({ id, whole }: Envelope, resource: JsonObject, merchant: MerchantV3): Notice[] {
  const notices = ordersOf(resource).map(
    (order): Extract<Notice, { payment: Payment }> => ({
      type: 'payment.success',
      payment: paymentIn(order, resource, merchant),
      id,
      raw: { ...whole, resource: { ...resource, sub_orders: [order] } },
    }),
  );
  const numbers = new Set(notices.map(({ payment }) => payment.out_trade_no));
  if (numbers.size < notices.length) throw refuse('ERR_WXPAY_BAD_FACTS', 'a combined order with an order twice');
  return notices;
}

/** What is claimed by it: a number without blanks, of the length that WeChat documents or somewhat longer. */
function checkNumber(envelope: Envelope): void {
  for (const name of ['id', 'event_type'] as const) {
    if (!/^[\x21-\x7e]{1,64}$/.test(envelope[name])) throw new FieldFault(name);
  }
}

const REFUNDS = {
  'REFUND.SUCCESS': { type: 'refund.success', status: 'SUCCESS' },
  'REFUND.ABNORMAL': { type: 'refund.abnormal', status: 'ABNORMAL' },
  'REFUND.CLOSED': { type: 'refund.closed', status: 'CLOSED' },
} as const;

/** The kind, if event and status say the same. */
function refundType(event_type: string, resource: JsonObject) {
  const { type, status } = REFUNDS[event_type as keyof typeof REFUNDS];
  return resource.refund_status === status ? type : undefined;
}
