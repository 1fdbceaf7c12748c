import { type RefundFailure, refund } from '../ledger/refund.js';
import { deliverable } from '../notify-url.js';
import type { World } from '../world.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON, type FieldRule } from './fields.js';
import { acceptedFields } from './refund-fields.js';
import { ORDER_NOT_EXIST } from './refusals.js';

const FEN: FieldRule = { max: 15, form: /^[1-9]\d*$/ };
const OUT_REFUND_NO: FieldRule = { max: 64, form: /^[0-9A-Za-z_\-|*@]+$/ };

const REFUSED: Record<RefundFailure, Outcome> = {
  unpaid: ORDER_NOT_EXIST,
  mismatch: { err_code: 'REFUND_FEE_MISMATCH', err_code_des: '订单金额或退款金额与之前请求不一致，请核实后再试' },
  'too much': { err_code: 'ERROR', err_code_des: '申请退款金额大于可退金额' },
  overdue: { err_code: 'TRADE_OVERDUE', err_code_des: '订单已经超过退款期限' },
  'too many': { err_code: 'ERROR', err_code_des: '部分退款次数超过限制' },
  'too soon': { err_code: 'INVALID_REQ_TOO_MUCH', err_code_des: '无效请求过多' },
  'not enough': { err_code: 'NOTENOUGH', err_code_des: '余额不足' },
  'too frequent': { err_code: 'INVALID_REQ_TOO_MUCH', err_code_des: '无效请求过多' },
};

/**
 * `POST /secapi/pay/refund`.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936537
 */
export const refundEndpoint = (world: World): Endpoint => ({
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
    refund_account: { max: 30, optional: true, form: /^REFUND_SOURCE_(?:UNSETTLED|RECHARGE)_FUNDS$/ },
    notify_url: { max: 256, optional: true },
  },
  run: (call) => {
    const { fields, merchant, appid, sub_mchid } = call;
    const notify_url = fields.get('notify_url');
    if (notify_url && !deliverable(notify_url, world.rules)) return { return_msg: 'notify_url参数格式有误' };
    const transaction_id = fields.get('transaction_id');
    const out_trade_no = fields.get('out_trade_no');
    if (!transaction_id && !out_trade_no) return { return_msg: '缺少参数transaction_id或out_trade_no' };
    const order = transaction_id
      ? world.ledger.findTransaction(merchant.mchid, transaction_id, { sub_mchid })
      : world.ledger.find(merchant.mchid, out_trade_no as string, { sub_mchid });
    if (order?.appid !== appid) return ORDER_NOT_EXIST;
    const accepted = refund(world, { by: 'v2', order, ...requested(call), ...(notify_url && { notify_url }) });
    return 'refused' in accepted ? REFUSED[accepted.refused] : { fields: acceptedFields(accepted) };
  },
});

function requested({ fields }: Call) {
  const reason = fields.get('refund_desc');
  return {
    out_refund_no: fields.get('out_refund_no') as string,
    refund: Number(fields.get('refund_fee')),
    total: Number(fields.get('total_fee')),
    funds_account:
      fields.get('refund_account') === 'REFUND_SOURCE_RECHARGE_FUNDS' ? ('AVAILABLE' as const) : ('UNSETTLED' as const),
    ...(reason && { reason }),
  };
}
