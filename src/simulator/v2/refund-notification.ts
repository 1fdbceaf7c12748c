import { toRfc3339 } from '../../core/beijing-time.js';
import { sealEcb } from '../../core/crypto/aes-ecb.js';
import { md5Hex } from '../../core/crypto/digest.js';
import { writeXml } from '../../core/v2/xml.js';
import type { Message } from '../deliveries/post-office.js';
import type { LedgerRefund } from '../ledger/refunds.js';
import { letters } from '../random.js';
import type { Merchant, World } from '../world.js';
import { acknowledges, altered, FOREIGN_KEY, HEADERS, spoilt } from './notification.js';
import { type FieldsOut, partnerFields } from './payment-fields.js';
import { REFUND_STATUS } from './refund-fields.js';

/** The notification of a refund that ended: sealed with the APIv2 key, and signed by nobody. */
export function refundMessage(world: World, refund: LedgerRefund, url: string): Message {
  const { order } = refund;
  const merchant = world.merchants.get(order.mchid) as Merchant;
  const facts = factsOf(refund);
  const outer: FieldsOut = new Map<string, string | number>([
    ['return_code', 'SUCCESS'],
    ['appid', order.appid],
    ['mch_id', order.mchid],
    ...partnerFields(order),
    ['nonce_str', letters(world.random, 32)],
  ]);
  return {
    id: world.random(16).toString('hex'),
    kind: 'v2.refund',
    url,
    out_trade_no: order.out_trade_no,
    compose: (fault) => {
      const inner = new Map(facts);
      if (fault.wrongAmount !== undefined) inner.set('refund_fee', fault.wrongAmount);
      const key = fault.wrongSignature ? FOREIGN_KEY : merchant.key;
      const sealed = sealEcb(md5Hex(key), writeXml(inner, 'root'));
      if (fault.tampered) sealed.reverse();
      const { wrongAmount: _, ...rest } = fault;
      const fields = altered(outer, rest).set('req_info', sealed.toString('base64'));
      return { headers: HEADERS, body: spoilt(fields, fault) };
    },
    acknowledges,
  };
}

function factsOf({ order, refund_id, out_refund_no, refund, state, success_time, account, ...rest }: LedgerRefund) {
  const told = success_time && toRfc3339(new Date(success_time * 1000));
  return new Map<string, string | number>([
    ['transaction_id', order.payment?.transaction_id ?? ''],
    ['out_trade_no', order.out_trade_no],
    ['refund_id', refund_id],
    ['out_refund_no', out_refund_no],
    ['total_fee', order.total],
    ['settlement_total_fee', order.total],
    ['refund_fee', refund],
    ['settlement_refund_fee', rest.payer_refund],
    ['refund_status', REFUND_STATUS[state]],
    ...(told ? ([['success_time', told.slice(0, 19).replace('T', ' ')]] as const) : []),
    ['refund_recv_accout', account],
    ['refund_account', 'REFUND_SOURCE_RECHARGE_FUNDS'],
    ['refund_request_source', rest.by === 'hand' ? 'VENDOR_PLATFORM' : 'API'],
  ]);
}
