import { z } from 'zod';
import { MINUTE } from '../../util/clock.js';
import { type Bill, findBill, type NoBill } from '../bills/bill.js';
import { contentOf, sha1Of } from '../bills/content.js';
import type { Lines } from '../bills/lines.js';
import { originOf } from '../http/addresses.js';
import type { SimulatorState } from '../state.js';
import type { Call, Endpoint, Success } from './endpoint.js';
import { accountsOf } from './parties.js';
import { refuse } from './refusal.js';
import { text, valid } from './valid.js';

const TOKEN_LIFETIME = 5 * MINUTE;
const DOWNLOAD_PATH = '/v3/billdownload/file';

/** A bill that was asked for and can be downloaded. */
interface Offer {
  mchid: string;
  /** The only host that has the file. */
  host: string;
  lines: Lines;
  gzip: boolean;
  expiresAt: number;
}

const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const tar_type = z.literal('GZIP').optional();

const tradeQuery = z.looseObject({
  bill_date: date,
  bill_type: z.enum(['ALL', 'SUCCESS', 'REFUND']).default('ALL'),
  sub_mchid: text(32).optional(),
  tar_type,
});

const fundFlowQuery = z.looseObject({
  bill_date: date,
  account_type: z.enum(['BASIC', 'OPERATION', 'FEES']).default('BASIC'),
  tar_type,
});

/** `GET /v3/bill/tradebill`, `GET /v3/bill/fundflowbill`, and the files they lead to. */
export function billEndpoints(state: SimulatorState): Endpoint[] {
  const { clock, random } = state;
  const offers = new Map<string, Offer>();
  const hashOf = createHasher(state);

  const offer = async ({ merchant, req }: Call, found: Bill | NoBill, gzip: boolean) => {
    const bill = typeof found === 'string' ? refused(found) : found;
    const { lines } = bill;
    const token = random(32).toString('base64url');
    const expiresAt = clock.now() + TOKEN_LIFETIME;
    offers.set(token, { mchid: merchant.mchid, host: originOf(req), lines, gzip, expiresAt });
    const download_url = `${originOf(req)}${DOWNLOAD_PATH}?token=${token}`;
    return { body: { hash_type: 'SHA1', hash_value: await hashOf(bill, gzip), download_url } };
  };

  const download = ({ merchant, query, req }: Call): Success => {
    const found = offers.get(query.get('token') ?? '');
    if (found?.host !== originOf(req)) return refuse(404, 'RESOURCE_NOT_EXISTS', '账单文件不存在');
    if (found.mchid !== merchant.mchid) return refuse(403, 'NO_AUTH', '无权下载该账单');
    if (clock.now() >= found.expiresAt) return refuse(400, 'INVALID_REQUEST', '下载链接已过期');
    const headers = { 'Content-Type': found.gzip ? 'application/x-gzip' : 'text/plain' };
    return { file: { status: 200, headers, body: contentOf(found.lines, found.gzip) } };
  };

  return [
    {
      method: 'GET',
      path: '/v3/bill/tradebill',
      run: (call) => {
        const { merchant } = call;
        const asked = valid(tradeQuery, Object.fromEntries(call.query), 'query');
        const { bill_date, bill_type, sub_mchid, tar_type } = asked;
        if (sub_mchid) accountsOf(merchant, sub_mchid);
        const kind = { trade: bill_type };
        const bill = findBill(state, { merchant, date: bill_date, sub_mchid, kind });
        return offer(call, bill, tar_type === 'GZIP');
      },
    },
    {
      method: 'GET',
      path: '/v3/bill/fundflowbill',
      run: (call) => {
        const { merchant } = call;
        const asked = valid(fundFlowQuery, Object.fromEntries(call.query), 'query');
        const { bill_date, account_type, tar_type } = asked;
        const kind = { fundFlow: account_type };
        const bill = findBill(state, { merchant, date: bill_date, kind });
        return offer(call, bill, tar_type === 'GZIP');
      },
    },
    { method: 'GET', path: DOWNLOAD_PATH, run: download },
  ];
}

function createHasher({ switches, rules }: SimulatorState) {
  const known = new Map<string, Promise<string>>();
  return (bill: Bill, gzip: boolean): Promise<string> => {
    const travelled = gzip && rules.billHash === 'travelled';
    if (switches.bill.wrongHash) return Promise.resolve('0'.repeat(40));
    const { lines, name } = bill;
    if (name === undefined) return sha1Of(contentOf(lines, travelled));
    // An invented bill may have millions of rows. It is hashed once.
    const key = `${name} ${travelled}`;
    const hash = known.get(key) ?? sha1Of(contentOf(lines, travelled));
    known.set(key, hash);
    return hash;
  };
}

function refused(why: NoBill): never {
  if (why === 'creating') return refuse(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
  if (why === 'nothing') return refuse(400, 'NO_STATEMENT_EXIST', '账单不存在');
  return refuse(400, 'INVALID_REQUEST', '账单日期不合法：只能下载昨日及之前三个月内的账单');
}
