import { readXml } from '../../../core/v2/xml/read.js';
import type { Merchant } from '../../accounts/merchant.js';
import type { Notification } from '../../deliveries/notification.js';
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

/** The notification of a paid order. Every retry sends the same bytes. */
export function paymentNotification(state: SimulatorState, order: LedgerOrder): Notification {
  const merchant = state.merchants.get(order.mchid) as Merchant;
  const signType = order.sign_type ?? 'MD5';
  const fields: Fields = new Map<string, string | number>([
    ['return_code', 'SUCCESS'],
    ['appid', order.appid],
    ['mch_id', order.mchid],
    ...partnerFields(order),
    ['nonce_str', letters(state.random, 32)],
    ...optional('sign_type', state.rules.notifySignType ? signType : undefined),
    ['result_code', 'SUCCESS'],
    ...paymentFields(order, order.payment as LedgerPayment),
  ]);
  const compose = (fault: NotifyFault) => {
    const key = fault.wrongSignature ? FOREIGN_KEY : merchant.key;
    const signed = withSign(withFaultyFields(fields, fault), key, signType);
    if (fault.missingSign) signed.delete('sign');
    if (fault.tampered) signed.set('total_fee', Number(signed.get('total_fee')) + 1);
    return { headers: HEADERS, body: writeDocument(signed, fault) };
  };
  return {
    id: state.random(16).toString('hex'),
    kind: 'v2.payment',
    url: order.notify_url,
    out_trade_no: order.out_trade_no,
    compose,
    acknowledges,
  };
}

/** API v2 is acknowledged by HTTP 200 with a document whose `return_code` is SUCCESS. */
export function acknowledges(status: number, reply: Buffer): boolean {
  if (status !== 200) return false;
  try {
    return readXml(reply).get('return_code') === 'SUCCESS';
  } catch {
    return false;
  }
}
