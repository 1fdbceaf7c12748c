import { type BillRequest, findBill, type NoBill } from '../bills/bill.js';
import { contentOf } from '../bills/content.js';
import type { SimulatorState } from '../state.js';
import type { Call, Endpoint, Outcome } from './endpoint.js';
import { COMMON, type FieldRule } from './fields.js';

const OPTIONAL: FieldRule = { max: 32, optional: true };

const NO_BILL: Record<NoBill, Outcome> = {
  'no such day': { return_msg: 'No Bill Exist', error_code: '20002' },
  nothing: { return_msg: 'No Bill Exist', error_code: '20002' },
  creating: { return_msg: 'Bill Creating', error_code: '20001' },
};

const refused = (return_msg: string): Outcome => ({ return_msg, error_code: '20001' });

function download(state: SimulatorState, call: Call, kind: BillRequest['kind']): Outcome {
  const { merchant, sub_mchid, fields } = call;
  const bill_date = fields.get('bill_date');
  const tar_type = fields.get('tar_type');
  if (!bill_date) return refused('missing parameter');
  if (!/^\d{8}$/.test(bill_date)) return refused('data format error');
  if (tar_type && tar_type !== 'GZIP') return refused('data format error');
  const date = bill_date.replace(/^(\d{4})(\d\d)/, '$1-$2-');
  const bill = findBill(state, { merchant, date, sub_mchid, kind });
  if (typeof bill === 'string') return NO_BILL[bill];
  const headers = { 'Content-Type': tar_type ? 'application/x-gzip' : 'text/plain' };
  return { file: { status: 200, headers, body: contentOf(bill.lines, tar_type === 'GZIP') } };
}

/**
 * `POST /pay/downloadbill`
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936538
 */
export const downloadbill = (state: SimulatorState): Endpoint => ({
  path: '/pay/downloadbill',
  rules: { ...COMMON, bill_date: OPTIONAL, bill_type: OPTIONAL, tar_type: OPTIONAL },
  run: (call) => {
    const bill_type = call.fields.get('bill_type') || 'ALL';
    if (bill_type === 'RECHARGE_REFUND') return NO_BILL.nothing;
    if (bill_type !== 'ALL' && bill_type !== 'SUCCESS' && bill_type !== 'REFUND') {
      return refused('invalid bill_type');
    }
    return download(state, call, { trade: bill_type });
  },
});

const ACCOUNTS: Record<string, 'BASIC' | 'OPERATION' | 'FEES'> = {
  Basic: 'BASIC',
  Operation: 'OPERATION',
  Fees: 'FEES',
};

/** `POST /pay/downloadfundflow` */
export const downloadfundflow = (state: SimulatorState): Endpoint => ({
  path: '/pay/downloadfundflow',
  certificate: true,
  rules: { ...COMMON, bill_date: OPTIONAL, account_type: OPTIONAL, tar_type: OPTIONAL },
  run: (call) => {
    const fundFlow = ACCOUNTS[call.fields.get('account_type') ?? ''];
    const { fundFlowSignType } = state.rules;
    if (fundFlowSignType !== 'any' && call.signType !== fundFlowSignType) {
      return refused('SIGN ERROR');
    }
    return fundFlow ? download(state, call, { fundFlow }) : refused('data format error');
  },
});
