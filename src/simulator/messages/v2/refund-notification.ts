import { md5Hex } from '../../../core/crypto/digest.js';
import { writeXml } from '../../../core/v2/xml/write.js';
import type { Merchant } from '../../accounts/merchant.js';
import { sealEcb } from '../../crypto/seal.js';
import type {
  FieldPairs,
  Message,
  Notification,
  RefundContentV2,
} from '../../deliveries/notification.js';
import type { LedgerRefund } from '../../ledger/refunds.js';
import { letters } from '../../random.js';
import type { NotifyFault } from '../../scenarios/notify-faults.js';
import type { SimulatorState } from '../../state.js';
import { FOREIGN_KEY, withFaultyFields, writeDocument } from './faulty-document.js';
import { optional, partnerFields } from './payment-fields.js';
import { HEADERS } from './payment-notification.js';
import { REFUND_STATUS, successTime } from './refund-fields.js';

/** The notification of a refund that ended. */
export function refundNotification(
  state: SimulatorState,
  refund: LedgerRefund,
  url: string,
): Notification {
  const { order } = refund;
  return {
    id: state.random(16).toString('hex'),
    kind: 'v2.refund',
    url,
    mchid: order.mchid,
    out_trade_no: order.out_trade_no,
    content: {
      inner: innerFields(refund),
      outer: [
        ['return_code', 'SUCCESS'],
        ['appid', order.appid],
        ['mch_id', order.mchid],
        ...partnerFields(order),
        ['nonce_str', letters(state.random, 32)],
      ],
    },
  };
}

/** Writes one attempt. It is encrypted with the APIv2 key and not signed. */
export function composeRefund(
  merchant: Merchant,
  { inner, outer }: RefundContentV2,
  { wrongAmount, ...fault }: NotifyFault,
): Message {
  const content = new Map(inner);
  if (wrongAmount !== undefined) content.set('refund_fee', wrongAmount);
  const key = fault.wrongSignature ? FOREIGN_KEY : merchant.key;
  const decrypted = writeXml(content, 'root');
  const sealed = sealEcb(md5Hex(key), decrypted);
  if (fault.tampered) sealed.reverse();
  const fields = withFaultyFields(new Map(outer), fault);
  fields.set('req_info', sealed.toString('base64'));
  return { headers: HEADERS, body: writeDocument(fields, fault), decrypted };
}

const innerFields = (refund: LedgerRefund): FieldPairs => [
  ['transaction_id', refund.order.payment?.transaction_id ?? ''],
  ['out_trade_no', refund.order.out_trade_no],
  ['refund_id', refund.refund_id],
  ['out_refund_no', refund.out_refund_no],
  ['total_fee', refund.order.total],
  ['settlement_total_fee', refund.order.total],
  ['refund_fee', refund.refund],
  ['settlement_refund_fee', refund.payer_refund],
  ['refund_status', REFUND_STATUS[refund.state]],
  ...optional('success_time', successTime(refund)),
  ['refund_recv_accout', refund.account],
  ['refund_account', 'REFUND_SOURCE_RECHARGE_FUNDS'],
  ['refund_request_source', refund.by === 'hand' ? 'VENDOR_PLATFORM' : 'API'],
];
