import { z } from 'zod';
import type { Merchant } from '../accounts/merchant.js';
import type { LedgerOrder } from '../ledger/order.js';
import { isNotifyUrl } from '../payments/notify-url.js';
import { type RefundFailure, refund } from '../payments/refund.js';
import type { Rules } from '../scenarios/rules.js';
import type { SimulatorState } from '../state.js';
import type { Endpoint } from './endpoint.js';
import { accountsOf } from './parties.js';
import { refundAnswer } from './refund-answer.js';
import { refuse } from './refusal.js';
import { fen, out_refund_no, out_trade_no, text, valid } from './valid.js';

export const REFUNDS_PATH = '/v3/refund/domestic/refunds';

const refundBody = (rules: Rules) =>
  z
    .looseObject({
      sub_mchid: text(32).optional(),
      transaction_id: text(32).optional(),
      out_trade_no: out_trade_no.optional(),
      out_refund_no,
      reason: text(80).optional(),
      notify_url: z
        .string()
        .refine((address) => address.length <= 256 && isNotifyUrl(address, rules))
        .optional(),
      funds_account: z.enum(['AVAILABLE', 'UNSETTLED']).optional(),
      amount: z.looseObject({ refund: fen, total: fen, currency: z.literal('CNY') }),
      goods_detail: z.array(z.looseObject({})).optional(),
    })
    .refine((body) => body.transaction_id ?? body.out_trade_no, { path: ['transaction_id'] });

type RefundBody = z.infer<ReturnType<typeof refundBody>>;

/**
 * `POST /v3/refund/domestic/refunds`
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862
 */
export function refundEndpoint(state: SimulatorState): Endpoint {
  const schema = refundBody(state.rules);
  return {
    method: 'POST',
    path: REFUNDS_PATH,
    userAgent: true,
    run: (call) => {
      const body = valid(schema, call.body);
      const order = findOrder(state, call.merchant, body);
      if (!order) return refused(state, 'unpaid');
      const { out_refund_no, amount, funds_account = 'UNSETTLED', notify_url, reason } = body;
      const accepted = refund(state, {
        by: 'v3',
        order,
        out_refund_no,
        refund: amount.refund,
        total: amount.total,
        funds_account,
        ...(notify_url && { notify_url }),
        ...(reason && { reason }),
      });
      return 'refused' in accepted
        ? refused(state, accepted.refused)
        : { body: refundAnswer(accepted) };
    },
  };
}

function findOrder(
  { ledger, switches }: SimulatorState,
  merchant: Merchant,
  { sub_mchid, transaction_id, out_trade_no = '' }: RefundBody,
): LedgerOrder | undefined {
  const scope = {
    sub_mchid: servedMerchant(merchant, sub_mchid),
    ignoreV2: switches.v3.v2Orders === 'unknown',
  };
  return transaction_id
    ? ledger.findTransaction(merchant.mchid, transaction_id, scope)
    : ledger.find(merchant.mchid, out_trade_no, scope);
}

/** @throws {Refused} 403 `NO_AUTH` when the service provider does not serve this merchant */
export function servedMerchant(
  merchant: Merchant,
  sub_mchid: string | null | undefined,
): string | undefined {
  if (sub_mchid) accountsOf(merchant, sub_mchid);
  return sub_mchid || undefined;
}

const REFUSED: Record<
  Exclude<RefundFailure, 'mismatch'>,
  [status: number, code: string, message: string]
> = {
  unpaid: [404, 'RESOURCE_NOT_EXISTS', '订单不存在'],
  'too much': [400, 'INVALID_REQUEST', '申请退款金额大于订单可退金额'],
  overdue: [400, 'TRADE_OVERDUE', '订单已超过可退款的最大期限'],
  'too many': [400, 'INVALID_REQUEST', '部分退款次数超过限制'],
  'too soon': [429, 'FREQUENCY_LIMITED', '同一订单的退款过于频繁，请稍后重试'],
  'not enough': [403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起'],
  'too frequent': [429, 'FREQUENCY_LIMITED', '频率超限，请稍后重试'],
};

function refused({ rules }: SimulatorState, why: RefundFailure): never {
  if (why !== 'mismatch') return refuse(...REFUSED[why]);
  const message = '订单金额或退款金额与之前请求不一致，请核实后再试';
  return refuse(400, rules.refundMismatchCode, message);
}

/** `GET /v3/refund/domestic/refunds/{out_refund_no}` */
export const refundQueryEndpoint = ({ refunds }: SimulatorState): Endpoint => ({
  method: 'GET',
  path: `${REFUNDS_PATH}/{out_refund_no}`,
  userAgent: true,
  run: ({ merchant, params: { out_refund_no = '' }, query }) => {
    const sub_mchid = servedMerchant(merchant, query.get('sub_mchid'));
    const found = refunds.find(merchant.mchid, out_refund_no, sub_mchid);
    return { body: refundAnswer(found ?? refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')) };
  },
});
