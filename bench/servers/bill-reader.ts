/** Reads one bill in a process of its own: as rows, or only to count its lines. */
import { request } from 'undici';
import { wxpayV3 } from '../candidates/ours.js';
import { DOWNLOAD } from '../inputs/bill.js';
import type { Merchant } from '../inputs/merchant.js';
import { TOTAL } from '../inputs/order.js';
import { answering } from './child.js';

export interface Question {
  merchant: Merchant;
  url: string;
  how: 'rows' | 'lines';
}

export interface Read {
  count: number;
  /** Milliseconds of processor. */
  cpu: number;
  /** Bytes the process took from the system while it read. */
  growth: number;
}

answering(async ({ merchant, url, how }: Question): Promise<Read> => {
  // Code and connections are there before anything is measured.
  await request(url).then(({ body }) => body.dump());
  const before = process.cpuUsage();
  const rss = process.memoryUsage.rss();
  const count = await (how === 'rows' ? readRows(merchant, url) : countLines(url));
  const { user, system } = process.cpuUsage(before);
  return { count, cpu: (user + system) / 1_000, growth: process.resourceUsage().maxRSS * 1_024 - rss };
});

async function readRows(merchant: Merchant, url: string): Promise<number> {
  let rows = 0;
  let fen = 0;
  for await (const { amount } of wxpayV3(merchant, url).tradeBill('2026-01-31')) {
    rows += 1;
    fen += amount.total ?? 0;
  }
  if (fen !== rows * TOTAL) throw new Error(`${rows} rows, ${fen} fen`);
  return rows;
}

/** The limit: the same stream, and nothing known of it but where its lines end. */
async function countLines(url: string): Promise<number> {
  const { body } = await request(url + DOWNLOAD);
  let lines = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  }
  // Two lines of headings, and one of sums.
  return lines - 3;
}
