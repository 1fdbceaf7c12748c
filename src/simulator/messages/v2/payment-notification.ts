import { signingString } from '../../../core/v2/sign.js';
import type { Merchant } from '../../accounts/merchant.js';
import type { Message, Notification, PaymentContentV2 } from '../../deliveries/notification.js';
import type { LedgerOrder, LedgerPayment } from '../../ledger/order.js';
import { letters } from '../../random.js';
import type { NotifyFault } from '../../scenarios/notify-faults.js';
import { type Fields, withSign } from '../../signing/v2.js';
import type { SimulatorState } from '../../state.js';
import { FOREIGN_KEY, withFaultyFields, writeDocument } from './faulty-document.js';
import { optional, partnerFields, paymentFields } from './payment-fields.js';

/** The headers of every notification of API v2. */
export const HEADERS = {
  'Content-Type': 'text/xml',
  'User-Agent': 'Mozilla/4.0',
  Accept: '*/*',
  Pragma: 'no-cache',
};

/** The notification of a paid order. */
export function paymentNotification(state: SimulatorState, order: LedgerOrder): Notification {
  const signType = order.sign_type ?? 'MD5';
  const fields = new Map<string, string | number>([
    ['return_code', 'SUCCESS'],
    ['appid', order.appid],
    ['mch_id', order.mchid],
    ...partnerFields(order),
    ['nonce_str', letters(state.random, 32)],
    ...optional('sign_type', state.rules.notifySignType ? signType : undefined),
    ['result_code', 'SUCCESS'],
    ...paymentFields(order, order.payment as LedgerPayment),
  ]);
  return {
    id: state.random(16).toString('hex'),
    kind: 'v2.payment',
    url: order.notify_url,
    mchid: order.mchid,
    out_trade_no: order.out_trade_no,
    content: { fields: [...fields], signType },
  };
}

/** Writes one attempt. Every retry sends the same bytes. */
export function composePayment(
  merchant: Merchant,
  { fields, signType }: PaymentContentV2,
  fault: NotifyFault,
): Message {
  const key = fault.wrongSignature ? FOREIGN_KEY : merchant.key;
  const signed = withSign(withFaultyFields(new Map(fields), fault), key, signType);
  const message = `${signingString(signed)}&key=${key}`;
  const signature = String(signed.get('sign'));
  if (fault.missingSign) signed.delete('sign');
  if (fault.tampered) signed.set('total_fee', Number(signed.get('total_fee')) + 1);
  return {
    headers: HEADERS,
    body: writeDocument(signed, fault),
    ...(!fault.missingSign && {
      signature: {
        scheme: signType,
        signed: message,
        received: receivedText(signed, merchant.key),
        signature,
      },
    }),
  };
}

const receivedText = (fields: Fields, key: string): string => `${signingString(fields)}&key=${key}`;
