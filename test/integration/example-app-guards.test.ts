import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createApp } from '../../example-app/src/app.js';
import { findOrderById } from '../../example-app/src/orders.js';
import { Customer } from '../support/customer.js';
import { type Answered, type Asked, ask, fill, type Route, routesOf, spellingsOf } from '../support/example-routes.js';
import { type RunningShop, startShop } from '../support/example-shop.js';

/** What everybody may ask for. Whoever adds a route decides here whether it is one of these. */
const PUBLIC = [
  ...['GET /', 'GET /shop.css', 'GET /pay.js', 'GET /web.js', 'GET /wxpay.js', 'GET /owner.js', 'POST /wxpay/notify'],
  'GET /healthz',
  // Whoever buys outside WeChat is given a name here.
  ...['GET /web/goods/:id', 'POST /web/orders'],
];
const WECHAT = { 'user-agent': 'Mozilla/5.0 MicroMessenger/8.0.50' };
const RIGHT = { authorization: `Basic ${Buffer.from('owner:sesame').toString('base64')}` };

let running: RunningShop;
let customer: Customer;
let server: Server;
let url: string;
let routes: Route[];
/** An order that is paid, and one that is not. */
let paid: string;
let unpaid: string;

beforeAll(async () => {
  running = await startShop();
  customer = new Customer(running.simulator);
  const app = createApp({ ...running.shop, ownerKey: 'sesame' });
  app.on('error', (error) => running.errors.push(error));
  routes = routesOf(app);
  server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await running?.stop();
});
beforeEach(async () => {
  await running.reset();
  [paid, unpaid] = [await customer.order(), await customer.order('tea')];
  await running.simulator.pay(await customer.prepay(paid));
  await running.simulator.settled();
});

const isOwners = ({ path }: Route): boolean => path.startsWith('/owner') || path === '/metrics';
const isPublic = ({ method, path }: Route): boolean => PUBLIC.includes(`${method} ${path}`);
const idFor = ({ path }: Route): string => (/refund|settle/.test(path) ? paid : unpaid);
/** The request its form or page would make. */
const requestOf = (route: Route, path = fill(route.path, paramsOf(route))): Asked => ({
  method: route.method,
  path,
  headers: { ...WECHAT, accept: 'text/html', origin: customer.origin },
  ...(route.method === 'POST' && { body: 'price=0.01&refund=1.00&good=tea&quantity=1' }),
});
const paramsOf = (route: Route) => ({
  id: route.path.startsWith('/goods') ? 'tea' : idFor(route),
  n: '1',
  out_refund_no: `${paid}-R1`,
});

const refunds = () => running.simulator.refunds.filter(({ out_trade_no }) => out_trade_no === paid);

async function expectNothingHappened(answers: Answered[]): Promise<void> {
  for (const { text } of answers) expect([text.includes(paid), text.includes(unpaid)]).toEqual([false, false]);
  expect(await findOrderById(running.db, unpaid)).toMatchObject({ total: 6800, out_trade_no: unpaid });
  expect(refunds()).toEqual([]);
  expect((await running.db.query('select from orders')).rows).toHaveLength(2);
}

test('the routes that everybody may ask for are those of the list, and no others', () => {
  expect(routes.filter(isPublic).map(({ method, path }) => `${method} ${path}`)).toEqual(
    expect.arrayContaining(PUBLIC),
  );
  expect(routes.filter(isOwners).filter((route) => !isPublic(route)).length).toBeGreaterThanOrEqual(5);
});

test("every route of the owner's asks for the key, in every spelling", async () => {
  const guarded = routes.filter((route) => isOwners(route) && !isPublic(route));
  for (const route of guarded) {
    const exact = await ask(url, requestOf(route));
    expect([route.path, exact.status]).toEqual([route.path, 401]);
    const answers: Answered[] = [exact];
    for (const spelling of spellingsOf(fill(route.path, paramsOf(route)))) {
      const answer = await ask(url, requestOf(route, spelling));
      expect([spelling, [400, 401, 404].includes(answer.status)]).toEqual([spelling, true]);
      answers.push(answer);
    }
    await expectNothingHappened(answers);
  }
});

test('with the key, the same requests reach the page and have their effect', async () => {
  for (const route of routes.filter((route) => isOwners(route) && !isPublic(route))) {
    const request = requestOf(route);
    const { status } = await ask(url, { ...request, headers: { ...request.headers, ...RIGHT } });
    expect([route.path, status]).toEqual([route.path, route.method === 'GET' ? 200 : 303]);
  }
  expect(await findOrderById(running.db, unpaid)).toMatchObject({ total: 1 });
  expect(refunds()).toHaveLength(1);
});

test('every other route asks who it is, in every spelling', async () => {
  const guarded = routes.filter((route) => !isOwners(route) && !isPublic(route));
  expect(guarded.length).toBeGreaterThanOrEqual(6);
  for (const route of guarded) {
    const exact = await ask(url, requestOf(route));
    // A page leads to WeChat's login; a form leads back to its page, and a script is told to log in.
    expect([route.path, [302, 303, 401].includes(exact.status)]).toEqual([route.path, true]);
    const answers: Answered[] = [exact];
    for (const spelling of spellingsOf(fill(route.path, paramsOf(route)))) {
      const answer = await ask(url, requestOf(route, spelling));
      expect([spelling, answer.status < 500 && answer.status !== 200]).toEqual([spelling, true]);
      answers.push({ ...answer, text: '' });
    }
    await expectNothingHappened(answers);
  }
});

test('a method that a route does not name changes nothing, even with the key', async () => {
  for (const route of routes) {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as unknown as Route['method'][]) {
      const { path, headers } = requestOf({ ...route, method });
      const { status } = await ask(url, { method, path, headers: { ...headers, ...RIGHT } });
      expect([route.path, method, status]).toEqual([route.path, method, 404]);
    }
  }
  await expectNothingHappened([]);
});
