import { acceptedFields } from '../messages/v2/refund-fields.js';
import { isNotifyUrl } from '../payments/notify-url.js';
import { type RefundFailure, refund } from '../payments/refund.js';
import type { SimulatorState } from '../state.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON, type FieldRule } from './fields.js';
import { findOrder } from './find-order.js';
import { ORDER_NOT_EXIST } from './refusals.js';

const FEN: FieldRule = { max: 15, form: /^[1-9]\d*$/ };
const OUT_REFUND_NO: FieldRule = { max: 64, form: /^[0-9A-Za-z_\-|*@]+$/ };
const TOO_MUCH: Outcome = { err_code: 'INVALID_REQ_TOO_MUCH', err_code_des: '无效请求过多' };

const REFUSED: Record<RefundFailure, Outcome> = {
  unpaid: ORDER_NOT_EXIST,
  mismatch: {
    err_code: 'REFUND_FEE_MISMATCH',
    err_code_des: '订单金额或退款金额与之前请求不一致，请核实后再试',
  },
  'too much': { err_code: 'ERROR', err_code_des: '申请退款金额大于可退金额' },
  overdue: { err_code: 'TRADE_OVERDUE', err_code_des: '订单已经超过退款期限' },
  'too many': { err_code: 'ERROR', err_code_des: '部分退款次数超过限制' },
  'too soon': TOO_MUCH,
  'not enough': { err_code: 'NOTENOUGH', err_code_des: '余额不足' },
  'too frequent': TOO_MUCH,
};

/**
 * `POST /secapi/pay/refund`
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936537
 */
export const refundEndpoint = (state: SimulatorState): Endpoint => ({
  path: '/secapi/pay/refund',
  certificate: true,
  rules: {
    ...COMMON,
    transaction_id: { max: 32, optional: true },
    out_trade_no: { max: 32, optional: true },
    out_refund_no: OUT_REFUND_NO,
    total_fee: FEN,
    refund_fee: FEN,
    refund_fee_type: { max: 8, optional: true, form: /^CNY$/ },
    refund_desc: { max: 80, optional: true },
    refund_account: {
      max: 30,
      optional: true,
      form: /^REFUND_SOURCE_(?:UNSETTLED|RECHARGE)_FUNDS$/,
    },
    notify_url: { max: 256, optional: true },
  },
  run: (call) => {
    const notify_url = call.fields.get('notify_url');
    if (notify_url && !isNotifyUrl(notify_url, state.rules)) {
      return { return_msg: 'notify_url参数格式有误' };
    }
    const order = findOrder(state, call);
    if (order && 'refused' in order) return order.refused;
    if (order?.appid !== call.appid) return ORDER_NOT_EXIST;
    const accepted = refund(state, { by: 'v2', order, ...requestOf(call) });
    return 'refused' in accepted ? REFUSED[accepted.refused] : { fields: acceptedFields(accepted) };
  },
});

function requestOf({ fields }: Call) {
  const reason = fields.get('refund_desc');
  const notify_url = fields.get('notify_url');
  const fromBalance = fields.get('refund_account') === 'REFUND_SOURCE_RECHARGE_FUNDS';
  return {
    out_refund_no: fields.get('out_refund_no') as string,
    refund: Number(fields.get('refund_fee')),
    total: Number(fields.get('total_fee')),
    funds_account: fromBalance ? ('AVAILABLE' as const) : ('UNSETTLED' as const),
    ...(reason && { reason }),
    ...(notify_url && { notify_url }),
  };
}
