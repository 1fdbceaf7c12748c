import { yuan } from '../../core/money.js';
import { billLines, feeOf, type Lines } from './lines.js';
import { billTime, type Trades } from './trade.js';

const HEADINGS =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号'.split(
    ',',
  );
const OPENING_BALANCE = 100_000_00;

interface Flow {
  at: number;
  id: string;
  voucher: string;
  type: '交易' | '扣除交易手续费' | '退款';
  /** Fen; negative what leaves the account. */
  fen: number;
}

/** The fund-flow bill of the basic account; undefined when it would have no line. */
export function fundFlowBill({ payments, refunds }: Trades): Lines | undefined {
  const flows: Flow[] = [
    ...payments.flatMap(({ payment, out_trade_no, total }): Flow[] => {
      const flow = { at: payment.paid_at, id: payment.transaction_id, voucher: out_trade_no };
      const fee = feeOf(total);
      const paid: Flow = { ...flow, type: '交易', fen: payment.payer_total };
      return fee > 0 ? [paid, { ...flow, type: '扣除交易手续费', fen: -fee }] : [paid];
    }),
    ...refunds
      .filter(({ state }) => state !== 'CLOSED')
      .map(({ created_at, refund_id, out_refund_no, payer_refund }): Flow => {
        return { at: created_at, id: refund_id, voucher: out_refund_no, type: '退款', fen: -payer_refund };
      }),
  ].sort((a, b) => a.at - b.at);
  if (flows.length === 0) return undefined;
  const incoming = flows.filter(({ fen }) => fen >= 0);
  const outgoing = flows.filter(({ fen }) => fen < 0);
  const sums = {
    资金流水总笔数: String(flows.length),
    收入笔数: String(incoming.length),
    收入金额: yuan(incoming.reduce((sum, { fen }) => sum + fen, 0)),
    支出笔数: String(outgoing.length),
    支出金额: yuan(outgoing.reduce((sum, { fen }) => sum - fen, 0)),
  };
  return () => billLines(HEADINGS, rowsOf(flows), sums);
}

function* rowsOf(flows: readonly Flow[]): Generator<Record<string, string>> {
  let balance = OPENING_BALANCE;
  for (const [n, { at, id, voucher, type, fen }] of flows.entries()) {
    balance += fen;
    yield {
      记账时间: billTime(at),
      微信支付业务单号: id,
      资金流水单号: `${id.slice(-18)}${String(n).padStart(6, '0')}`,
      业务名称: type,
      业务类型: type,
      收支类型: fen >= 0 ? '收入' : '支出',
      '收支金额(元)': yuan(Math.abs(fen)),
      '账户结余(元)': yuan(balance),
      资金变更提交申请人: 'system',
      备注: type === '退款' ? `退款总金额${yuan(-fen)}元;含手续费0.00元` : '',
      业务凭证号: voucher,
    };
  }
}
