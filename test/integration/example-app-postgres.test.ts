import { afterAll, beforeAll, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { createApp } from '../../example-app/src/app.js';
import { findOrderById } from '../../example-app/src/orders.js';
import { listRefunds } from '../../example-app/src/refunds.js';
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

  test('keys that are guessed all at once, through several processes, are limited together', async () => {
    const start = () => createApp({ ...running.shop, ownerKey: 'sesame' }).callback();
    const processes = [start(), start()];
    const guesses = Array.from({ length: 40 }, (_, n) =>
      supertest(processes[n % 2]!)
        .get('/owner')
        .auth('owner', `wrong ${n}`),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  test('refunds that are asked for, refused, sent again and reported at once never promise more than was paid', async () => {
    const id = await customer.order();
    await running.simulator.pay(await customer.prepay(id));
    await running.simulator.settled();
    const ask = (n: number) => customer.post(`/owner/orders/${id}/refunds/${n}`, { refund: '40.00' });
    const again = (n: number) => customer.post(`/owner/refunds/${id}-R${n}/retry`, {});
    running.simulator.switches.refund.notEnough = true;
    await Promise.all([ask(1), ask(1), ask(2), ask(2), ask(3), ask(3)]);
    await Promise.all([ask(1), ask(2), ask(3)]);
    expect(await findOrderById(running.db, id)).toMatchObject({ asked_back: 0 });
    running.simulator.switches.refund.notEnough = false;
    await Promise.all([1, 2, 3, 1, 2, 3].map(again));
    await running.simulator.clock.advance(60_000);
    await running.simulator.settled();

    expect(await findOrderById(running.db, id)).toMatchObject({ state: 'paid', asked_back: 8000, given_back: 8000 });
    const states = (await listRefunds(running.db, [id])).map(({ state }) => state).sort();
    expect(states).toEqual(['refused', 'success', 'success']);
  });

  describeHostileInput(() => running);

  test('shops that start together make their tables together', async () => {
    await running.db.query(
      'drop table order_numbers, outbox, refunds, shares, runs, orders, anomalies, owner_guesses, goods, koa_wxpay_once',
    );
    await Promise.all([1, 2, 3, 4].map(() => createSchema(running.db)));
    expect((await customer.open('/')).text).toContain('青瓷茶杯');
  });
});
