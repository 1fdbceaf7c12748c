import { setTimeout as sleep } from 'node:timers/promises';

/** How a handler may behave; the number of its order begins with it. */
export const MANNERS = ['SLEEPS', 'THROWS', 'NEVER'] as const;

export type Manner = (typeof MANNERS)[number];

/** In the number of an order whose handler takes longer than its copies wait for it. */
export const SLOW = '-SLOW';
const LONGER_THAN_COPIES_WAIT = 1_500;

/** What the handler does before its effect: the first run sleeps or never settles, the first two throw. */
export async function misbehave(
  out_trade_no: string,
  begun: (out_trade_no: string) => Promise<number>,
  sleepFor = 0,
): Promise<void> {
  if (out_trade_no.includes(SLOW)) await sleep(LONGER_THAN_COPIES_WAIT);
  const manner = MANNERS.find((each) => out_trade_no.startsWith(each));
  if (manner === undefined) return;
  const run = await begun(out_trade_no);
  if (manner === 'SLEEPS') await sleep(sleepFor);
  if (manner === 'THROWS' && run <= 2) throw new Error('the handler failed');
  if (manner === 'NEVER' && run === 1) await new Promise(() => {});
}
