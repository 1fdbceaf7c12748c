import { z } from 'zod';
import { toRfc3339 } from '../../core/beijing-time.js';
import { openOaep } from '../../core/crypto/rsa.js';
import { finishLater, type RefundFailure, refund } from '../ledger/refund.js';
import type { LedgerRefund } from '../ledger/refunds.js';
import { deliverable } from '../notify-url.js';
import type { Merchant, World } from '../world.js';
import type { Call, Endpoint } from './endpoint.js';
import { served } from './parties.js';
import { refuse } from './refusal.js';
import { answerSigner } from './signature.js';
import { fen, out_refund_no, out_trade_no, text, valid } from './valid.js';

const BASE = '/v3/refund/domestic/refunds';

const subMerchant = (merchant: Merchant, sub_mchid: string | null | undefined): string | undefined => {
  if (sub_mchid) served(merchant, sub_mchid);
  return sub_mchid || undefined;
};

/** `POST /v3/refund/domestic/refunds` @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862 */
export function refundEndpoint(world: World): Endpoint {
  const schema = z
    .looseObject({
      sub_mchid: text(32).optional(),
      transaction_id: text(32).optional(),
      out_trade_no: out_trade_no.optional(),
      out_refund_no,
      reason: text(80).optional(),
      notify_url: z
        .string()
        .refine((address) => address.length <= 256 && deliverable(address, world.rules))
        .optional(),
      funds_account: z.enum(['AVAILABLE', 'UNSETTLED']).optional(),
      amount: z.looseObject({ refund: fen, total: fen, currency: z.literal('CNY') }),
      goods_detail: z.array(z.looseObject({})).optional(),
    })
    .refine((body) => body.transaction_id ?? body.out_trade_no, { path: ['transaction_id'] });
  return {
    method: 'POST',
    path: BASE,
    userAgent: true,
    run: ({ merchant, body }) => {
      const asked = valid(schema, body);
      const blind = world.switches.v3.v2Orders === 'unknown';
      const scope = { sub_mchid: subMerchant(merchant, asked.sub_mchid), blind };
      const order = asked.transaction_id
        ? world.ledger.findTransaction(merchant.mchid, asked.transaction_id, scope)
        : world.ledger.find(merchant.mchid, asked.out_trade_no as string, scope);
      if (!order) return refused(world, 'unpaid');
      const accepted = refund(world, {
        by: 'v3',
        order,
        out_refund_no: asked.out_refund_no,
        refund: asked.amount.refund,
        total: asked.amount.total,
        funds_account: asked.funds_account ?? 'UNSETTLED',
        ...(asked.notify_url && { notify_url: asked.notify_url }),
        ...(asked.reason && { reason: asked.reason }),
      });
      return 'refused' in accepted ? refused(world, accepted.refused) : { body: refundOf(accepted) };
    },
  };
}

const REFUSED: Record<Exclude<RefundFailure, 'mismatch'>, [status: number, code: string, message: string]> = {
  unpaid: [404, 'RESOURCE_NOT_EXISTS', '订单不存在'],
  'too much': [400, 'INVALID_REQUEST', '申请退款金额大于订单可退金额'],
  overdue: [400, 'TRADE_OVERDUE', '订单已超过可退款的最大期限'],
  'too many': [400, 'INVALID_REQUEST', '部分退款次数超过限制'],
  'too soon': [429, 'FREQUENCY_LIMITED', '同一订单的退款过于频繁，请稍后重试'],
  'not enough': [403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起'],
  'too frequent': [429, 'FREQUENCY_LIMITED', '频率超限，请稍后重试'],
};

function refused({ rules }: World, why: RefundFailure): never {
  if (why === 'mismatch') {
    return refuse(400, rules.refundMismatchCode, '订单金额或退款金额与之前请求不一致，请核实后再试');
  }
  return refuse(...REFUSED[why]);
}

/** `GET /v3/refund/domestic/refunds/{out_refund_no}` */
export const refundQueryEndpoint = (world: World): Endpoint => ({
  method: 'GET',
  path: `${BASE}/{out_refund_no}`,
  userAgent: true,
  run: ({ merchant, params, query }) => {
    const sub_mchid = subMerchant(merchant, query.get('sub_mchid'));
    const found = world.refunds.find(merchant.mchid, params.out_refund_no ?? '', sub_mchid);
    return { body: refundOf(found ?? refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')) };
  },
});

const abnormal = z.looseObject({
  sub_mchid: text(32).optional(),
  out_refund_no,
  type: z.enum(['USER_BANK_CARD', 'MERCHANT_BANK_CARD']),
  bank_type: text(16).optional(),
  bank_account: text(1024).optional(),
  real_name: text(1024).optional(),
});

/** `POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund` */
export const abnormalRefundEndpoint = (world: World): Endpoint => ({
  method: 'POST',
  path: `${BASE}/{refund_id}/apply-abnormal-refund`,
  userAgent: true,
  run: (call) => {
    const { merchant, params, body } = call;
    const asked = valid(abnormal, body);
    const found = world.refunds.findById(
      merchant.mchid,
      params.refund_id ?? '',
      subMerchant(merchant, asked.sub_mchid),
    );
    if (found?.out_refund_no !== asked.out_refund_no) return refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
    if (asked.type === 'USER_BANK_CARD') {
      const { bank_type, bank_account, real_name } = asked;
      if (!bank_type || !bank_account || !real_name) {
        refuse(400, 'PARAM_ERROR', 'type为USER_BANK_CARD时，bank_type、bank_account、real_name必填');
      }
    }
    const account = open(call, asked.bank_account);
    open(call, asked.real_name);
    if (found.state !== 'ABNORMAL') return refuse(400, 'INVALID_REQUEST', '退款单状态不是退款异常');
    found.account = account ? `银行卡尾号${account.slice(-4)}` : '商户结算银行账户';
    world.refunds.turn(found, 'PROCESSING');
    finishLater(world, found);
    return { body: refundOf(found) };
  },
});

/** A field sealed to the platform key that `Wechatpay-Serial` names: without the header nobody knows which. */
function open({ merchant, req }: Call, sealed: string | undefined): string | undefined {
  if (sealed === undefined) return undefined;
  const serial = req.headers['wechatpay-serial']?.join();
  const signer = serial && answerSigner(merchant, serial);
  if (!signer) return refuse(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误');
  try {
    return openOaep(signer.privateKey, sealed);
  } catch {
    return refuse(400, 'PARAM_ERROR', '敏感信息字段解密失败，请检查加密方式');
  }
}

const at = (seconds: number): string => toRfc3339(new Date(seconds * 1000));

/** A refund as answers tell it. */
function refundOf(refund: LedgerRefund): Record<string, unknown> {
  const { order, state, created_at, success_time, payer_refund } = refund;
  const payer_total = order.payment?.payer_total ?? 0;
  return {
    refund_id: refund.refund_id,
    out_refund_no: refund.out_refund_no,
    transaction_id: order.payment?.transaction_id,
    out_trade_no: order.out_trade_no,
    channel: 'ORIGINAL',
    user_received_account: refund.account,
    ...(success_time !== undefined && { success_time: at(success_time) }),
    create_time: at(created_at),
    status: state,
    funds_account: refund.funds_account,
    amount: {
      total: order.total,
      refund: refund.refund,
      payer_total,
      payer_refund,
      settlement_refund: refund.refund,
      settlement_total: order.total,
      discount_refund: refund.refund - payer_refund,
      currency: order.currency,
      refund_fee: 0,
    },
    promotion_detail: [],
  };
}
