import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import {
  ApiError,
  createSettlement,
  memoryOnce,
  nextTradeNo,
  type Once,
  type Order,
  type Settlement,
  type Wxpay,
  wxNotify,
} from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { placeOrder } from '../../src/prepay/place.js';
import { listening, order } from '../support/shop.js';
import { merchantOf } from '../support/versions.js';

/** A shop with unpaid v2 orders that now has v3 credentials too: same database, same handler. */
let sim: Simulator;
let before: Wxpay;
let after: Wxpay;
let server: Server;
let orders: Map<string, Order>;
let effects: string[];
let anomalies: string[];
let once: Once<undefined>;
let settlement: Settlement;
let payer: { openid: string };

const settlementOf = (wxpay: Wxpay) =>
  createSettlement({
    wxpay,
    once,
    findOrder: async (out_trade_no) => orders.get(out_trade_no) ?? null,
    onAnomaly: ({ code }) => {
      anomalies.push(code);
      return 'ack';
    },
    fulfil: async (notice) => {
      if (notice.type !== 'payment.success') return;
      const { out_trade_no, transaction_id } = notice.payment;
      effects.push(out_trade_no);
      const found = orders.get(out_trade_no) as Order;
      // every number of the order knows that it is paid
      for (const [number, each] of orders) {
        if (number.startsWith('SHOP00A17')) orders.set(number, { ...each, state: 'paid', transaction_id });
      }
      orders.set(out_trade_no, { ...found, state: 'paid', transaction_id });
    },
  });

const reissue = async (old: Order): Promise<Order> => {
  const fresh = { ...old, out_trade_no: nextTradeNo(old.out_trade_no) };
  orders.set(fresh.out_trade_no, fresh);
  return fresh;
};

const placeAgain = () =>
  placeOrder(order(), {
    wxpay: after,
    place: (each) => after.prepay(each, payer),
    settlement: settlement as never,
    reissue,
  });

beforeEach(async () => {
  sim = await createSimulator();
  payer = { openid: sim.people[0]?.openid(sim.app.appid) as string };
  orders = new Map([['SHOP00A17', order()]]);
  effects = [];
  anomalies = [];
  once = memoryOnce();
  // the address stays; what listens there is the shop of today
  const app = new Koa();
  server = await listening(createServer());
  const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
  before = merchantOf(sim, 'v2', { notifyUrl });
  after = merchantOf(sim, 'v3', { notifyUrl, v2: { key: sim.merchant.key } });
  settlement = settlementOf(after);
  app.on('error', () => {});
  app.use(wxNotify<undefined>(settlement));
  server.on('request', app.callback());
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sim.close();
});

describe.each(['works', 'unknown', 'used'] as const)('numbers of v2 seen through v3: %s', (v2Orders) => {
  beforeEach(async () => {
    sim.switches.v3.v2Orders = v2Orders;
    await before.prepay(order(), payer);
  });

  test('an open v2 cashier that is paid after the move is settled by its XML notification', async () => {
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    expect([effects, sim.deliveries.at(-1)?.acknowledged]).toEqual([['SHOP00A17'], true]);
  });

  test('it can be asked for, and settled without a notification', async () => {
    expect(await after.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({ trade_state: 'NOTPAY' });
    sim.switches.notification = 'never';
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    expect(await settlement.query('SHOP00A17')).toMatchObject({ trade_state: 'SUCCESS', paid: true });
    expect(effects).toEqual(['SHOP00A17']);
  });

  test('it can be closed, and not paid afterwards', async () => {
    await after.closeOrder('SHOP00A17');
    expect(await sim.pay({ out_trade_no: 'SHOP00A17' })).toMatchObject({ err_msg: 'get_brand_wcpay_request:fail' });
  });

  test('the page opened again gets a payable order, and whatever is paid is credited once', async () => {
    const { order: placed, answer: prepay_id } = await placeAgain();
    expect(await sim.pay(after.jsapiParams(prepay_id))).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    await sim.settled();
    expect(effects).toEqual([placed.out_trade_no]);
    // the v2 cashier somebody left open: closed, paid already, or a second payment that is told, never a second effect
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    await sim.clock.advance((24 * 3600 + 300) * 1000);
    expect(effects).toHaveLength(1);
    expect(sim.deliveries.filter(({ acknowledged }) => !acknowledged)).toEqual([]);
  });

  test('paid under v2 without a notification, then opened again: settled instead of charged', async () => {
    sim.switches.notification = 'never';
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    const again = placeAgain();
    if (v2Orders === 'unknown') {
      // v3 takes the number for a free one: the next look at it, by reconcile or the page, finds the payment
      await again;
      expect(await settlement.query('SHOP00A17')).toMatchObject({ paid: true });
    } else {
      await expect(again).rejects.toMatchObject({ code: 'ERR_WXPAY_ORDER_PAID' });
    }
    expect(effects).toEqual(['SHOP00A17']);
  });
});

test('a number nobody knows stays unknown', async () => {
  const error = await after.queryOrder({ out_trade_no: 'NOBODY01' }).catch((error) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error.meaning).toBe('order_not_found');
});
