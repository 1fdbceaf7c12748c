import { z } from 'zod';
import { findBill, type NoBill } from '../bills/bill.js';
import { contentOf, sha1Of } from '../bills/content.js';
import type { Lines } from '../bills/lines.js';
import type { World } from '../world.js';
import type { Call, Endpoint, Success } from './endpoint.js';
import { served } from './parties.js';
import { refuse } from './refusal.js';
import { text, valid } from './valid.js';

const TOKEN_SECONDS = 5 * 60;
const DOWNLOAD = '/v3/billdownload/file';

/** A bill somebody asked for, waiting to be fetched. */
interface Waiting {
  mchid: string;
  /** Where it lies: no other host has it. */
  host: string;
  lines: Lines;
  gzip: boolean;
  expires_at: number;
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
export function billEndpoints(world: World): Endpoint[] {
  const waiting = new Map<string, Waiting>();
  const sums = new Map<string, Promise<string>>();

  const hashOf = (lines: Lines, gzip: boolean): Promise<string> => {
    const { rows, wrongHash } = world.switches.bill;
    const travelled = gzip && world.rules.billHash === 'travelled';
    const count = () => sha1Of(contentOf(lines, travelled));
    if (wrongHash) return Promise.resolve('0'.repeat(40));
    if (rows === 0) return count();
    // counting a million lines once is enough
    const name = `${rows} ${travelled}`;
    const sum = sums.get(name) ?? count();
    sums.set(name, sum);
    return sum;
  };

  const offer = async ({ merchant, req }: Call, bill: Lines | NoBill, gzip: boolean): Promise<Success> => {
    const lines = typeof bill === 'string' ? refused(bill) : bill;
    const token = world.random(32).toString('base64url');
    const expires_at = world.clock.now() + TOKEN_SECONDS;
    waiting.set(token, { mchid: merchant.mchid, host: req.host, lines, gzip, expires_at });
    const download_url = `${req.secure ? 'https' : 'http'}://${req.host}${DOWNLOAD}?token=${token}`;
    return { body: { hash_type: 'SHA1', hash_value: await hashOf(lines, gzip), download_url } };
  };

  return [
    {
      method: 'GET',
      path: '/v3/bill/tradebill',
      run: (call) => {
        const asked = valid(tradeQuery, Object.fromEntries(call.query), 'query');
        if (asked.sub_mchid) served(call.merchant, asked.sub_mchid);
        const { merchant } = call;
        const { bill_date, sub_mchid, bill_type } = asked;
        const bill = findBill(world, { merchant, date: bill_date, sub_mchid, kind: { trade: bill_type } });
        return offer(call, bill, asked.tar_type === 'GZIP');
      },
    },
    {
      method: 'GET',
      path: '/v3/bill/fundflowbill',
      run: (call) => {
        const asked = valid(fundFlowQuery, Object.fromEntries(call.query), 'query');
        const kind = { fundFlow: asked.account_type };
        const bill = findBill(world, { merchant: call.merchant, date: asked.bill_date, kind });
        return offer(call, bill, asked.tar_type === 'GZIP');
      },
    },
    {
      method: 'GET',
      path: DOWNLOAD,
      run: ({ merchant, query, req }) => {
        const found = waiting.get(query.get('token') ?? '');
        if (found?.host !== req.host) return refuse(404, 'RESOURCE_NOT_EXISTS', '账单文件不存在');
        if (found.mchid !== merchant.mchid) return refuse(403, 'NO_AUTH', '无权下载该账单');
        if (world.clock.now() >= found.expires_at) return refuse(400, 'INVALID_REQUEST', '下载链接已过期');
        const headers = { 'content-type': 'application/octet-stream' };
        return { file: { status: 200, headers, body: contentOf(found.lines, found.gzip) } };
      },
    },
  ];
}

function refused(why: NoBill): never {
  if (why === 'creating') return refuse(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
  if (why === 'nothing') return refuse(400, 'NO_STATEMENT_EXIST', '账单不存在');
  return refuse(400, 'INVALID_REQUEST', '账单日期不合法：只能下载昨日及之前三个月内的账单');
}
