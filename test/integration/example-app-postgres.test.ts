import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findOrderById } from '../../example-app/src/orders.js';
import { createSchema } from '../../example-app/src/schema.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { describeHostileInput } from '../support/hostile-input.js';
import { describeWith } from '../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';

describeWith(POSTGRES, 'the shop with DATABASE_URL', () => {
  let postgres: PrivatePostgres;
  let running: RunningShop;
  let customer: Customer;

  beforeAll(async () => {
    postgres = await startPostgres();
    running = await startShop({ databaseUrl: postgres.connectionString });
    customer = new Customer(running.simulator);
  });
  afterAll(async () => {
    await running?.stop();
    await postgres?.stop();
  });

  test('an order is made, repriced and paid under its new number', async () => {
    const id = await customer.order();
    await customer.prepay(id);
    await customer.post(`/owner/orders/${id}/price`, { price: '12.30' });
    await running.simulator.pay(await customer.prepay(id));
    await running.simulator.settled();
    expect(await findOrderById(running.db, id)).toMatchObject({ state: 'paid', total: 1230, out_trade_no: `${id}-2` });
    expect((await customer.open(`/orders/${id}`)).text).toContain('付款成功');
  });

  test('copies of a notification, the page that asks and the pay page settle an order once', async () => {
    const id = await customer.order();
    await running.simulator.pay(await customer.prepay(id));
    await Promise.all([
      ...Array.from({ length: 8 }, () => running.simulator.notify(id)),
      ...Array.from({ length: 4 }, () => customer.settle(id)),
      customer.open(`/orders/${id}/pay`),
    ]);
    await running.simulator.settled();
    expect(await findOrderById(running.db, id)).toMatchObject({ state: 'paid', total: 8900 });
    expect((await customer.open('/owner')).text).not.toContain('重复付款');
  });

  test('a form sent eight times at once is one order', async () => {
    const form = await customer.form('tote');
    const sent = await Promise.all(Array.from({ length: 8 }, () => customer.post('/orders', form)));
    expect(new Set(sent.map(({ headers }) => headers.location)).size).toBe(1);
  });

  describeHostileInput(() => running);

  test('shops that start together make their tables together', async () => {
    await running.db.query(
      'drop table order_numbers, outbox, refunds, runs, orders, anomalies, owner_guesses, goods, koa_wxpay_once',
    );
    await Promise.all([1, 2, 3, 4].map(() => createSchema(running.db)));
    expect((await customer.open('/')).text).toContain('青瓷茶杯');
  });
});
