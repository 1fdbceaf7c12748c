import type { LedgerRefund } from '../ledger/refunds.js';
import { queriedFields } from '../messages/v2/refund-fields.js';
import type { SimulatorState } from '../state.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON, type FieldRule } from './fields.js';
import { findOrder } from './find-order.js';

const PAGE = 10;
const OPTIONAL: FieldRule = { max: 64, optional: true };
const NOT_EXIST: Outcome = { err_code: 'REFUNDNOTEXIST', err_code_des: '退款订单查询失败' };
const MISSING: Outcome = {
  return_msg: '缺少参数refund_id或out_refund_no或transaction_id或out_trade_no',
};

/**
 * `POST /pay/refundquery`: by the first of `refund_id`, `out_refund_no`, `transaction_id` and
 * `out_trade_no` that is given.
 */
export const refundquery = (state: SimulatorState): Endpoint => ({
  path: '/pay/refundquery',
  rules: {
    ...COMMON,
    refund_id: OPTIONAL,
    out_refund_no: OPTIONAL,
    transaction_id: OPTIONAL,
    out_trade_no: OPTIONAL,
    offset: { max: 15, optional: true, form: /^\d+$/ },
  },
  run: (call) => {
    const found = findRefunds(state, call);
    if (!found) return MISSING;
    const [first] = found;
    if (first?.order.appid !== call.appid) return NOT_EXIST;
    const offset = Number(call.fields.get('offset') || 0);
    const page = found.slice(offset, offset + PAGE);
    return page.length === 0 ? NOT_EXIST : { fields: report(first, page, found.length) };
  },
});

function report({ order }: LedgerRefund, page: readonly LedgerRefund[], total: number) {
  return new Map<string, string | number>([
    ['transaction_id', order.payment?.transaction_id ?? ''],
    ['out_trade_no', order.out_trade_no],
    ['total_fee', order.total],
    ['fee_type', order.currency],
    ['cash_fee', order.payment?.payer_total ?? 0],
    ['refund_count', page.length],
    ...(total > PAGE ? ([['total_refund_count', total]] as const) : []),
    ...page.flatMap(queriedFields),
  ]);
}

function findRefunds(state: SimulatorState, call: Call): readonly LedgerRefund[] | undefined {
  const { refunds } = state;
  const { merchant, sub_mchid, fields } = call;
  const listOf = (refund: LedgerRefund | undefined): LedgerRefund[] => (refund ? [refund] : []);
  const refund_id = fields.get('refund_id');
  if (refund_id) return listOf(refunds.findById(merchant.mchid, refund_id, sub_mchid));
  const out_refund_no = fields.get('out_refund_no');
  if (out_refund_no) return listOf(refunds.find(merchant.mchid, out_refund_no, sub_mchid));
  const order = findOrder(state, call);
  if (order && 'refused' in order) return undefined;
  return order ? refunds.ofOrder(order) : [];
}
