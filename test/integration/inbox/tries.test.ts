import { expect, test } from '@jest/globals';
import type { InboxEntry, Once } from 'koa-wxpay';
import { describeInboxes, paymentOf } from './databases.js';

describeInboxes('tries of a stored notice', (bench) => {
  test('what fails leaves no effect and is tried again when its time has come, then forgotten', async () => {
    let tries = 0;
    const errors: unknown[] = [];
    const settlement = bench.settlementOf(async (notice, given) => {
      await bench.paid(notice, given);
      if (++tries < 3) throw new Error(`coupon service down ${tries}`);
    });
    const onError = (error: unknown) => errors.push(error);
    await bench.posting(settlement);
    expect(await settlement.processInbox({ onError })).toBe(1);
    expect(await bench.db.effects()).toBe(0);
    expect(await settlement.processInbox({ onError })).toBe(0);
    await bench.db.due();
    await settlement.processInbox({ onError });
    await bench.db.due();
    expect(await settlement.processInbox({ onError })).toBe(1);
    expect([tries, errors.length, await bench.db.effects()]).toEqual([3, 2, 1]);
    expect(errors[0]).toMatchObject({ code: 'ERR_WXPAY_HANDLER_FAILED', cause: { message: 'coupon service down 1' } });
    await bench.db.due();
    expect(await settlement.processInbox()).toBe(0);
  });

  test('what fails too often is a dead letter with its reason, until somebody asks for it again', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 2 });
    let broken = true;
    const settlement = bench.settlementOf(async (notice, given) => {
      if (broken) throw new Error('no such goods');
      await bench.paid(notice, given);
    }, inbox);
    await bench.posting(settlement);
    await settlement.processInbox();
    expect(await inbox.dead()).toEqual([]);
    await bench.db.due();
    await settlement.processInbox();
    await bench.db.due();
    expect(await settlement.processInbox()).toBe(0);
    const [letter] = await inbox.dead();
    expect(letter).toMatchObject({
      key: 'payment:1900000109:SHOP00A17',
      attempt: 2,
      reason: 'no such goods',
      notice: { type: 'payment.success' },
    });
    broken = false;
    expect(await inbox.retry('payment:1900000109:NOBODY')).toBe(false);
    expect(await inbox.retry(letter?.key as string)).toBe(true);
    expect(await settlement.processInbox()).toBe(1);
    expect(await bench.db.effects()).toBe(1);
    expect(await inbox.dead()).toEqual([]);
  });

  test('a try that fails while the last one is under way is not the end', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 2 });
    await bench.posting(bench.settlementOf(bench.paid, inbox));
    const [first] = await inbox.take(1);
    expect(await inbox.failed(first as InboxEntry, 'slow')).toBe(false);
    await bench.db.due();
    const [last] = await inbox.take(1);
    // the last one is at it, and may succeed
    expect(await inbox.failed(first as InboxEntry, 'slower')).toBe(false);
    expect(await inbox.dead()).toEqual([]);
    expect(await inbox.failed(last as InboxEntry, 'no')).toBe(true);
    expect(await inbox.failed(first as InboxEntry, 'slowest')).toBe(false);
    expect(await inbox.abandoned()).toEqual([]);
  });

  test('an entry that is dead is told of at once, and can be tried again in that moment', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 1 });
    let broken = true;
    const settlement = bench.settlementOf(async (notice, given) => {
      if (broken) throw new Error('no such goods');
      await bench.paid(notice, given);
    }, inbox);
    await bench.posting(settlement);
    const retried = new Promise((resolve) => {
      settlement.processInbox({ onDead: ({ key }) => resolve(inbox.retry(key)) });
    });
    expect(await retried).toBe(true);
    broken = false;
    expect(await settlement.processInbox()).toBe(1);
    expect(await bench.db.effects()).toBe(1);
  });

  test('one whose process died in its last try is told of when its time is over, once', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 1 });
    const settlement = bench.settlementOf(bench.paid, inbox);
    await bench.posting(settlement);
    await inbox.take(1);
    const dead: unknown[] = [];
    const onDead = (entry: InboxEntry) => dead.push(entry);
    await settlement.processInbox({ onDead });
    expect(dead).toEqual([]);
    await bench.db.due();
    await settlement.processInbox({ onDead });
    await settlement.processInbox({ onDead });
    const reason = 'the last try did not come to an end in time';
    expect(dead).toEqual([expect.objectContaining({ key: 'payment:1900000109:SHOP00A17', attempt: 1, reason })]);
    expect(await inbox.dead()).toHaveLength(1);
    // it was alive, and slow: nobody is told a second time
    expect(await inbox.failed(dead[0] as InboxEntry, 'too slow')).toBe(false);
    expect(await inbox.dead()).toEqual([expect.objectContaining({ reason: 'too slow' })]);
  });

  test('one that is abandoned is reported while other entries keep the inbox busy', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 1 });
    const settlement = bench.settlementOf(bench.paid, inbox);
    await bench.posting(settlement);
    await inbox.take(1);
    await bench.db.due();
    for (const number of ['SHOP0002', 'SHOP0003']) {
      await settlement.settle({ type: 'payment.success', raw: {}, payment: paymentOf(number) });
    }
    const dead: string[] = [];
    const onDead = ({ key }: InboxEntry) => dead.push(key);
    expect(await settlement.processInbox({ limit: 1, onDead })).toBe(1);
    expect(dead).toEqual(['payment:1900000109:SHOP00A17']);
    expect(await settlement.processInbox({ limit: 1, onDead })).toBe(1);
    expect([dead.length, await bench.db.effects()]).toEqual([1, 2]);
  });

  test('a try that finds another one at it does not count', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 1 });
    let busy = true;
    const settlement = bench.settlementOf(bench.paid, inbox, {
      once: ((claim, work) =>
        busy && claim.key.startsWith('fulfil:') ? Promise.resolve('busy') : bench.db.once(claim, work)) as Once<never>,
    });
    await bench.posting(settlement);
    const dead: unknown[] = [];
    const onDead = (entry: InboxEntry) => dead.push(entry);
    expect(await settlement.processInbox({ onDead })).toBe(1);
    await bench.db.due();
    expect(await settlement.processInbox({ onDead })).toBe(1);
    busy = false;
    await bench.db.due();
    expect(await settlement.processInbox({ onDead })).toBe(1);
    expect([dead, await bench.db.effects()]).toEqual([[], 1]);
  });

  test('however often one was tried, the others are handed out', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 100_000 });
    await bench.posting(bench.settlementOf(bench.paid, inbox));
    await bench.db.tried(5_000);
    expect(await inbox.take(1)).toEqual([expect.objectContaining({ attempt: 5_001 })]);
  });

  test('a reason may be any text', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 1 });
    await bench.posting(bench.settlementOf(bench.paid, inbox));
    const [entry] = await inbox.take(1);
    const reason = `it's \\' "x", 订单 -- `;
    await inbox.failed(entry as InboxEntry, reason);
    await bench.db.due();
    expect(await inbox.dead()).toEqual([expect.objectContaining({ reason, notice: entry?.notice })]);
  });

  test('a try is counted before it runs: an entry that kills its process dies in the end', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 2 });
    await bench.posting(bench.settlementOf(bench.paid, inbox));
    for (const attempt of [1, 2]) {
      expect(await inbox.take(10)).toEqual([expect.objectContaining({ attempt })]);
      await bench.db.due();
    }
    expect(await inbox.take(10)).toEqual([]);
    expect(await inbox.dead()).toHaveLength(1);
  });
});
