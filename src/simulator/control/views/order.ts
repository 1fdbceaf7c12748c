import { z } from 'zod';
import { findPerson } from '../../accounts/person.js';
import type { LedgerOrder } from '../../ledger/order.js';
import { payingAppid } from '../../ledger/order.js';
import type { LedgerRefund } from '../../ledger/refunds.js';
import { refundViewOf, viewOf } from '../../ledger/view.js';
import type { SimulatorState } from '../../state.js';
import { fen, time, tradeState } from './common.js';

export const order = z.strictObject({
  api: z.enum(['v2', 'v3']).describe('the API that ordered last'),
  mchid: z.string(),
  appid: z.string(),
  sub_mchid: z.string().optional(),
  sub_appid: z.string().optional(),
  out_trade_no: z.string(),
  description: z.string(),
  total: fen,
  currency: z.string(),
  trade_type: z.string(),
  notify_url: z.string(),
  trade_state: tradeState.describe('a query may still say NOTPAY for a while'),
  openid: z.string().optional(),
  sub_openid: z.string().optional(),
  attach: z.string().optional(),
  person: z.string().optional().describe('the id of the payer, if there is one'),
  prepayIds: z.array(z.string()),
  createdAt: time,
  transaction_id: z.string().optional(),
  payer_total: fen.optional(),
  paidAt: time.optional(),
  refunded: fen.describe('fen that were refunded or are being refunded'),
});

const step = z.strictObject({
  at: time,
  step: z.enum([
    'placed',
    'placed again',
    'payment failed',
    'paid',
    'closed',
    'closed by time',
    'refund accepted',
    'refund succeeded',
    'refund closed',
    'refund abnormal',
  ]),
  amount: fen.optional(),
  detail: z.string().optional(),
});

export const refund = z.strictObject({
  by: z.enum(['v2', 'v3', 'hand']).describe('the API that asked for it, or the merchant platform'),
  mchid: z.string(),
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  refund_id: z.string(),
  refund: fen,
  total: fen,
  state: z.enum(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']),
  reason: z.string().optional(),
  createdAt: time,
  succeededAt: time.optional(),
});

export const history = z.array(step).describe('what happened to the order, oldest first');

/** Shows an order. */
export function orderView({ people }: SimulatorState, of: LedgerOrder): z.infer<typeof order> {
  const openid = of.payment?.openid ?? of.openid;
  const account = of.payment ? of.appid : payingAppid(of);
  const payer = openid && findPerson(people, account, of.sub_openid ?? openid);
  const { prepayIds, trade_state, ...rest } = viewOf(of);
  return {
    ...rest,
    trade_state: trade_state as z.infer<typeof tradeState>,
    prepayIds: [...prepayIds],
    ...(payer && { person: payer.id }),
  };
}

export const refundView = (of: LedgerRefund): z.infer<typeof refund> => refundViewOf(of);
