import { expect, test } from '@jest/globals';
import type { Notice, OtherNotice } from 'koa-wxpay';
import { describeInboxes, paymentOf } from './databases.js';

const complaint: OtherNotice = {
  type: 'other',
  id: 'EV-1',
  event_type: 'COMPLAINT.CREATE',
  original_type: 'complaint',
  resource: { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT', text: '“不满意”' },
  raw: { event_type: 'COMPLAINT.CREATE' },
};

describeInboxes('notifications of other kinds through an inbox', (bench) => {
  test('one is stored once, and given to the worker as it was verified', async () => {
    const seen: OtherNotice[] = [];
    const settlement = bench.settlementOf(bench.paid, bench.db.inbox(), {
      fulfilOther: async (notice, { tx }) => {
        seen.push(notice);
        await bench.db.effect(tx, notice.id);
      },
    });
    const copies = Array.from({ length: 8 }, () => settlement.settleOther(complaint));
    expect(new Set(await Promise.all(copies))).toEqual(new Set(['stored']));
    expect([seen, await bench.db.effects()]).toEqual([[], 0]);
    expect(await settlement.processInbox()).toBe(1);
    expect([seen, await bench.db.effects()]).toEqual([[complaint], 1]);
    await settlement.settleOther(complaint);
    expect([await settlement.processInbox(), await bench.db.effects()]).toEqual([0, 1]);
  });

  test('an effect that fails is tried again, and has left nothing', async () => {
    let failures = 1;
    const settlement = bench.settlementOf(bench.paid, bench.db.inbox(), {
      fulfilOther: async ({ id }, { tx }) => {
        await bench.db.effect(tx, id);
        if (failures-- > 0) throw new Error('courier down');
      },
    });
    await settlement.settleOther(complaint);
    await settlement.processInbox();
    expect(await bench.db.effects()).toBe(0);
    await bench.db.due();
    await settlement.processInbox();
    expect(await bench.db.effects()).toBe(1);
  });

  test('one that was stored before fulfilOther was taken away waits as a dead letter', async () => {
    const inbox = bench.db.inbox({ maxAttempts: 1 });
    await bench.settlementOf(bench.paid, inbox, { fulfilOther: async () => {} }).settleOther(complaint);
    const dead: unknown[] = [];
    await bench.settlementOf(bench.paid, inbox).processInbox({ onDead: ({ notice }) => void dead.push(notice.type) });
    expect(dead).toEqual(['other']);
    expect(await inbox.dead()).toMatchObject([
      { notice: complaint, reason: 'COMPLAINT.CREATE was stored, and there is no "fulfilOther" any more' },
    ]);
  });

  test('the orders of a combined order are stored and fulfilled one by one', async () => {
    const settlement = bench.settlementOf(bench.paid);
    const combined = ['SHOP00A1', 'SHOP00A2'].map((out_trade_no): Notice => {
      const payment = { ...paymentOf(out_trade_no), combine_out_trade_no: 'C1' };
      return { type: 'payment.success', payment, raw: {} };
    });
    expect(await settlement.settleCombined(combined)).toEqual(['stored', 'stored']);
    expect(await settlement.settleCombined(combined)).toEqual(['stored', 'stored']);
    expect(await settlement.processInbox()).toBe(2);
    expect(await bench.db.effects()).toBe(2);
  });
});
