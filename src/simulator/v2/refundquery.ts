import type { LedgerRefund } from '../ledger/refunds.js';
import type { World } from '../world.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON } from './fields.js';
import { queriedFields } from './refund-fields.js';

const PAGE = 10;
const optional = { max: 64, optional: true };
const NOT_EXIST: Outcome = { err_code: 'REFUNDNOTEXIST', err_code_des: '退款订单查询失败' };

/** `POST /pay/refundquery`: by `refund_id`, `out_refund_no`, `transaction_id` or `out_trade_no`, the first that is there. */
export const refundquery = (world: World): Endpoint => ({
  path: '/pay/refundquery',
  rules: {
    ...COMMON,
    refund_id: optional,
    out_refund_no: optional,
    transaction_id: optional,
    out_trade_no: optional,
    offset: { max: 15, optional: true, form: /^\d+$/ },
  },
  run: (call) => {
    const found = find(world, call);
    if (found === undefined) return { return_msg: '缺少参数refund_id或out_refund_no或transaction_id或out_trade_no' };
    const [first] = found;
    if (first?.order.appid !== call.appid) return NOT_EXIST;
    const { order } = first;
    const offset = Number(call.fields.get('offset') || 0);
    const page = found.slice(offset, offset + PAGE);
    if (page.length === 0) return NOT_EXIST;
    const fields = new Map<string, string | number>([
      ['transaction_id', order.payment?.transaction_id ?? ''],
      ['out_trade_no', order.out_trade_no],
      ['total_fee', order.total],
      ['fee_type', order.currency],
      ['cash_fee', order.payment?.payer_total ?? 0],
      ['refund_count', page.length],
      ...(found.length > PAGE ? ([['total_refund_count', found.length]] as const) : []),
      ...page.flatMap(queriedFields),
    ]);
    return { fields };
  },
});

function find(
  { refunds, ledger }: World,
  { merchant: { mchid }, sub_mchid, fields }: Call,
): LedgerRefund[] | undefined {
  const of = (refund: LedgerRefund | undefined): LedgerRefund[] => (refund ? [refund] : []);
  const refund_id = fields.get('refund_id');
  if (refund_id) return of(refunds.findById(mchid, refund_id, sub_mchid));
  const out_refund_no = fields.get('out_refund_no');
  if (out_refund_no) return of(refunds.find(mchid, out_refund_no, sub_mchid));
  const transaction_id = fields.get('transaction_id');
  const out_trade_no = fields.get('out_trade_no');
  if (!transaction_id && !out_trade_no) return undefined;
  const order = transaction_id
    ? ledger.findTransaction(mchid, transaction_id, { sub_mchid })
    : ledger.find(mchid, out_trade_no as string, { sub_mchid });
  return order ? refunds.ofOrder(order) : [];
}
