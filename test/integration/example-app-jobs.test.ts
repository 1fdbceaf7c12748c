import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { findOrderById } from '../../example-app/src/orders.js';
import { perform, takeTasks } from '../../example-app/src/outbox.js';
import { reconcileShop } from '../../example-app/src/reconciling.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';

let running: RunningShop;
let customer: Customer;

beforeAll(async () => {
  running = await startShop();
  customer = new Customer(running.simulator);
});
beforeEach(() => running.reset());
afterAll(() => running.stop());

const order = async (id: string) => (await findOrderById(running.db, id))!;
const pay = async (id: string) => {
  await running.simulator.pay(await customer.prepay(id));
  await running.simulator.settled();
};

test('a payment leaves one task, which is taken by one of many and done once', async () => {
  const id = await customer.order();
  await pay(id);
  await running.simulator.notify(id);
  const taken = (await Promise.all([1, 2, 3].map(() => takeTasks(running.db, 10)))).flat();
  expect(taken).toEqual([{ key: `pack-${id}`, order_id: id }]);

  await perform(running.db, `pack-${id}`, running.simulator.clock.now());
  const { packed_at } = await order(id);
  expect(packed_at).not.toBeNull();
  await perform(running.db, `pack-${id}`, running.simulator.clock.now());
  expect(await order(id)).toMatchObject({ packed_at });
  expect(await takeTasks(running.db, 10)).toEqual([]);
});

test('a task whose taker died is taken again after a minute', async () => {
  const id = await customer.order();
  await pay(id);
  await takeTasks(running.db, 10);
  expect(await takeTasks(running.db, 10)).toEqual([]);
  await running.db.query(`update outbox set taken_at = taken_at - interval '61 seconds'`);
  expect(await takeTasks(running.db, 10)).toHaveLength(1);
});

test('reconcile settles what no notification reported, and says so to the outbox', async () => {
  running.simulator.switches.notification = 'never';
  const id = await customer.order();
  await pay(id);
  await reconcileShop(running.shop);
  expect(await order(id)).toMatchObject({ state: 'pending' });
  await running.simulator.clock.advance(61_000);
  await reconcileShop(running.shop);
  expect(await order(id)).toMatchObject({ state: 'paid' });
  expect(await takeTasks(running.db, 10)).toHaveLength(1);
});

test('an order nobody pays within two hours of its last pay page is closed, here and at WeChat', async () => {
  const id = await customer.order();
  await customer.prepay(id);
  await running.simulator.clock.advance(7_100_000);
  await customer.prepay(id);
  await running.simulator.clock.advance(200_000);
  await reconcileShop(running.shop);
  expect(await order(id)).toMatchObject({ state: 'pending' });
  await running.simulator.clock.advance(7_100_000);
  await reconcileShop(running.shop);
  expect(await order(id)).toMatchObject({ state: 'closed' });
  expect(running.simulator.order(id)?.trade_state).toBe('CLOSED');
});

test('a number closed at WeChat closes no order whose time is not over', async () => {
  const id = await customer.order();
  await customer.prepay(id);
  await running.shop.wxpay.closeOrder(id);
  await running.simulator.clock.advance(61_000);
  await reconcileShop(running.shop);
  expect(await order(id)).toMatchObject({ state: 'pending' });
  await pay(id);
  expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: `${id}-2` });
});

test('a run while WeChat does not answer changes nothing, and the next one finds everything', async () => {
  running.simulator.switches.notification = 'never';
  const id = await customer.order();
  await pay(id);
  await running.simulator.clock.advance(61_000);
  await running.simulator.primary.stop();
  await reconcileShop(running.shop);
  await running.simulator.primary.start();
  expect(await order(id)).toMatchObject({ state: 'pending' });
  await reconcileShop(running.shop);
  expect(await order(id)).toMatchObject({ state: 'paid' });
});
