import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { createSettlement, memoryOnce, type Notice, type Order, type Wxpay, wxNotify } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening, order } from '../support/shop.js';
import { merchantOf, type Version, versions } from '../support/versions.js';

const REFUND_QUERY = { v2: '/pay/refundquery', v3: '/v3/refund/domestic/refunds/{out_refund_no}' };

let sim: Simulator;
let server: Server;
let wxpay: Wxpay;
let notices: Notice[];
let errors: string[];
let current: Order;

async function open(version: Version): Promise<void> {
  sim = await createSimulator();
  server = await listening(createServer());
  notices = [];
  errors = [];
  const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
  wxpay = merchantOf(sim, version, { notifyUrl });
  const app = new Koa();
  app.on('error', ({ code, message }) => errors.push(code ?? message));
  const settlement = createSettlement({
    wxpay,
    findOrder: async () => current,
    once: memoryOnce(),
    fulfil: async (notice) => {
      notices.push(notice);
      if (notice.type === 'payment.success')
        current = { ...current, state: 'paid', transaction_id: notice.payment.transaction_id };
    },
  });
  app.use(wxNotify(settlement));
  server.on('request', app.callback());
  current = order();
  await wxpay.prepay(current, { openid: sim.people[0]?.openid(sim.app.appid) as string });
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  await sim.settled();
  notices.length = 0;
}
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sim.close();
});

const refund = (out_refund_no: string, fen: number) =>
  wxpay.refund({ out_trade_no: 'SHOP00A17', out_refund_no, amount: { refund: fen, total: 1990 } });
const types = () => notices.map(({ type }) => type);

describe.each(versions)('API %s', (version) => {
  beforeEach(() => open(version));

  test('two part refunds of a paid order are handed over once each, whatever copies come', async () => {
    sim.switches.notify = { duplicate: 3 };
    await refund('R1', 600);
    await refund('R2', 390);
    await sim.clock.advance(3_600_000);
    await sim.settled();
    expect(types()).toEqual(['refund.success', 'refund.success']);
    expect(
      notices
        .map(
          (notice) => notice.type !== 'payment.success' && [notice.refund.out_refund_no, notice.refund.amount.refund],
        )
        .sort(),
    ).toEqual([
      ['R1', 600],
      ['R2', 390],
    ]);
    const authenticity = version === 'v2' ? 'encrypted-only' : 'signed';
    expect(notices[0]).toMatchObject({ authenticity, refund: { status: 'SUCCESS', out_trade_no: 'SHOP00A17' } });
  });

  test('a refund of another total than the order has is not handed over', async () => {
    current = { ...current, amount: { total: 2000 } };
    await refund('R1', 600);
    await sim.clock.advance(60_000);
    await sim.settled();
    expect(types()).toEqual([]);
    expect(new Set(errors)).toEqual(new Set(['ERR_WXPAY_AMOUNT_MISMATCH']));
  });
});

describe('a v2 refund notification, which nobody signed', () => {
  beforeEach(() => open('v2'));

  test('is not believed while WeChat cannot be asked, and is settled by a later copy', async () => {
    await refund('R1', 600);
    sim.switches.next({ api: { [REFUND_QUERY.v2]: { resetBefore: true } } });
    await sim.clock.advance(10_000);
    await sim.settled();
    expect([types(), errors]).toEqual([[], ['ERR_WXPAY_TRANSPORT']]);
    await sim.clock.advance(60_000);
    await sim.settled();
    expect(types()).toEqual(['refund.success']);
  });

  test('made up by somebody who has the key, about a refund WeChat knows nothing of, is refused', async () => {
    const other = await createSimulator();
    try {
      // a genuine-looking notice: same key, another WeChat
      const theirs = merchantOf(other, 'v2', { notifyUrl: sim.order('SHOP00A17')?.notify_url as string });
      await theirs.prepay(order(), { openid: other.people[0]?.openid(other.app.appid) as string });
      other.switches.notification = 'never';
      await other.pay({ out_trade_no: 'SHOP00A17' });
      await theirs.refund({
        out_trade_no: 'SHOP00A17',
        out_refund_no: 'FORGED1',
        amount: { refund: 600, total: 1990 },
      });
      await other.clock.advance(10_000);
      await other.settled();
      expect(other.deliveries.at(-1)?.acknowledged).toBe(false);
    } finally {
      await other.close();
    }
    expect([types(), errors]).toEqual([[], ['ERR_WXPAY_BAD_FACTS']]);
  });
});
