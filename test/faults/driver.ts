import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NoticeMerchantV2, type SignedNotice, signedNoticeV2 } from 'koa-wxpay/testing';
import { MERCHANT, TOTAL } from './config.js';
import type { ShopServer } from './servers.js';

export interface Delivery {
  names: string[];
  servers: ShopServer[];
  /** Whether the order has its line in the ledger: asked when a success arrives. */
  credited(out_trade_no: string): Promise<boolean>;
  /** Copies sent at the same instant, each time. @default 1 */
  copies?: number;
  /** Orders on their way at the same time. @default 32 */
  concurrency?: number;
  /** Milliseconds between two rounds of one order. @default [100, 300] */
  pause?: [number, number];
  /** An order is not sent before this resolves. */
  admit?(index: number): Promise<void>;
  /** Called for each order that was acknowledged. */
  acknowledged?(): void;
  /** What WeChat would send. @default `noticeOf` */
  notice?(out_trade_no: string): SignedNotice;
}

export interface Delivered {
  /** Notifications sent, their successes, their refusals, and those that got no answer. */
  sent: number;
  successes: number;
  refusals: number;
  unanswered: number;
  /** Successes that came before the ledger had the order. */
  early: number;
  /** The longest any answer took (ms). */
  slowest: number;
  /** Orders that were never acknowledged. */
  unacknowledged: string[];
}

/** Several deliveries in one. */
export function allOf(deliveries: Delivered[]): Delivered {
  const sum = (count: (each: Delivered) => number): number => deliveries.reduce((all, each) => all + count(each), 0);
  return {
    sent: sum(({ sent }) => sent),
    successes: sum(({ successes }) => successes),
    refusals: sum(({ refusals }) => refusals),
    unanswered: sum(({ unanswered }) => unanswered),
    early: sum(({ early }) => early),
    slowest: Math.max(...deliveries.map(({ slowest }) => slowest)),
    unacknowledged: deliveries.flatMap(({ unacknowledged }) => unacknowledged),
  };
}

export type Answer = 'success' | 'refusal' | 'none';

/** An order that was refused in so many rounds is never going to be acknowledged. */
const MOST_ROUNDS = 2_000;

/** As WeChat does: each order is sent again and again until one copy of it is acknowledged, and never after that. */
export async function deliver(delivery: Delivery): Promise<Delivered> {
  const { names, servers, credited, copies = 1, concurrency = 32, pause = [100, 300] } = delivery;
  const { admit, acknowledged, notice = noticeOf } = delivery;
  const told: Delivered = {
    sent: 0,
    successes: 0,
    refusals: 0,
    unanswered: 0,
    early: 0,
    slowest: 0,
    unacknowledged: [],
  };

  async function once(name: string, sent: SignedNotice): Promise<boolean> {
    const { answer, took } = await send(anyOf(servers), sent);
    told.sent++;
    if (answer !== 'none') told.slowest = Math.max(told.slowest, took);
    if (answer === 'refusal') told.refusals++;
    if (answer === 'none') told.unanswered++;
    if (answer === 'success') {
      told.successes++;
      if (!(await durable(name))) told.early++;
    }
    return answer === 'success';
  }

  // A line that was seen stays: the first success of an order asks for all.
  const seen = new Set<string>();
  async function durable(name: string): Promise<boolean> {
    if (seen.has(name)) return true;
    if (!(await credited(name))) return false;
    seen.add(name);
    return true;
  }

  async function untilAcknowledged(name: string): Promise<void> {
    const sent = notice(name);
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      const answers = await Promise.all(Array.from({ length: copies }, () => once(name, sent)));
      if (answers.includes(true)) return acknowledged?.();
      await sleep(pause[0] + Math.random() * (pause[1] - pause[0]));
    }
    told.unacknowledged.push(name);
  }

  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < names.length) {
      const index = next++;
      await admit?.(index);
      await untilAcknowledged(names[index] as string);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return told;
}

/** A balancer's choice: a process that is up, while there is one. */
function anyOf(servers: ShopServer[]): ShopServer | undefined {
  const up = servers.filter(({ connections }) => connections !== undefined);
  return up[Math.floor(Math.random() * up.length)];
}

/** One copy to one process. */
export async function send(
  server: ShopServer | undefined,
  { body, headers }: SignedNotice,
): Promise<{ answer: Answer; took: number }> {
  const began = performance.now();
  const answer = await ask(server, body, headers).catch((): Answer => 'none');
  return { answer, took: performance.now() - began };
}

async function ask(server: ShopServer | undefined, body: string, headers: Record<string, string>): Promise<Answer> {
  const connections = server?.connections;
  if (!connections) return 'none';
  const answer = await connections.request({ method: 'POST', path: '/', body, headers });
  const text = await answer.body.text();
  const acknowledged = answer.statusCode === 200 && text.includes('<return_code><![CDATA[SUCCESS]]></return_code>');
  return acknowledged ? 'success' : 'refusal';
}

/** The one payment of an order; every copy is the same, byte for byte. */
export const noticeOf = (out_trade_no: string): SignedNotice =>
  noticeFor(MERCHANT, out_trade_no, transactionOf(out_trade_no));

export const noticeFor = (merchant: NoticeMerchantV2, out_trade_no: string, transaction_id: string): SignedNotice =>
  signedNoticeV2(merchant, { out_trade_no, total: TOTAL, transaction_id });

const transactionOf = (out_trade_no: string): string =>
  `42${createHash('md5').update(out_trade_no).digest('hex').slice(0, 26)}`;
