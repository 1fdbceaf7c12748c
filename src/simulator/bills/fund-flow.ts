import { yuan } from '../../core/money.js';
import { FUND_FLOW_HEADINGS } from './headings.js';
import { billLines, feeOf, type Lines, sum } from './lines.js';
import { billTime, type Trades } from './trade.js';

const OPENING_BALANCE = 100_000_00;

/** One movement of money. */
interface Flow {
  at: number;
  id: string;
  out_no: string;
  type: '交易' | '扣除交易手续费' | '退款';
  /** Fen; negative when it leaves the account. */
  amount: number;
}

/** The fund-flow bill of the basic account; `undefined` when it would have no row. */
export function fundFlowBill(trades: Trades): Lines | undefined {
  const flows = flowsOf(trades);
  if (flows.length === 0) return undefined;
  const income = flows.filter(({ amount }) => amount >= 0);
  const expenses = flows.filter(({ amount }) => amount < 0);
  const sums = {
    资金流水总笔数: String(flows.length),
    收入笔数: String(income.length),
    收入金额: yuan(sum(income.map(({ amount }) => amount))),
    支出笔数: String(expenses.length),
    支出金额: yuan(sum(expenses.map(({ amount }) => -amount))),
  };
  return () => billLines(FUND_FLOW_HEADINGS, rowsOf(flows), sums);
}

function flowsOf({ payments, refunds }: Trades): Flow[] {
  const incoming = payments.flatMap(({ payment, out_trade_no, total }): Flow[] => {
    const common = { at: payment.paidAt, id: payment.transaction_id, out_no: out_trade_no };
    const fee = feeOf(total);
    const paid: Flow = { ...common, type: '交易', amount: payment.payer_total };
    return fee > 0 ? [paid, { ...common, type: '扣除交易手续费', amount: -fee }] : [paid];
  });
  const outgoing = refunds
    .filter(({ state }) => state !== 'CLOSED')
    .map(
      ({ createdAt, refund_id, out_refund_no, payer_refund }): Flow => ({
        at: createdAt,
        id: refund_id,
        out_no: out_refund_no,
        type: '退款',
        amount: -payer_refund,
      }),
    );
  return [...incoming, ...outgoing].sort((a, b) => a.at - b.at);
}

function* rowsOf(flows: readonly Flow[]): Generator<Record<string, string>> {
  let balance = OPENING_BALANCE;
  for (const [n, { at, id, out_no, type, amount }] of flows.entries()) {
    balance += amount;
    yield {
      记账时间: billTime(at),
      微信支付业务单号: id,
      资金流水单号: `${id.slice(-18)}${String(n).padStart(6, '0')}`,
      业务名称: type,
      业务类型: type,
      收支类型: amount >= 0 ? '收入' : '支出',
      '收支金额(元)': yuan(Math.abs(amount)),
      '账户结余(元)': yuan(balance),
      资金变更提交申请人: 'system',
      备注: type === '退款' ? `退款总金额${yuan(-amount)}元;含手续费0.00元` : '',
      业务凭证号: out_no,
    };
  }
}
