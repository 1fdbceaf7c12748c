import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../example-app/src/app.js';
import { Customer } from './customer.js';
import { type Asked, ask, fill, type Route, routesOf } from './example-routes.js';
import type { RunningShop } from './example-shop.js';

/** As it travels in an address or a form. */
const HOSTILE: [what: string, encoded: string][] = [
  ['a NUL', '%00'],
  ['a NUL after a value', 'tea%00'],
  ['a line feed', 'a%0Ab'],
  ['an escape', '%1B[2J'],
  ['a DEL', '%7F'],
  ['a C1 control character', '%C2%85'],
  ['a lone percent sign', '%'],
  ['a percent sign before no digits', 'a%zz'],
  ['a cut UTF-8 sequence', '%E4%BD'],
  ['an overlong NUL', '%C0%80'],
  ['a surrogate', '%ED%A0%80'],
  ['a value in GBK', '%B2%E8'],
  ['a value that is too long', 'A'.repeat(1000)],
];

/** Asks for every route of the shop with text that no browser sends for an honest visitor. */
export function describeHostileInput(get: () => RunningShop): void {
  describe.each(HOSTILE)('%s', (_, encoded) => {
    let customer: Customer;
    let id: string;
    let routes: Route[];
    beforeAll(async () => {
      const { simulator, shop } = get();
      customer = new Customer(simulator);
      id = await customer.order();
      routes = routesOf(createApp(shop)).filter(({ path }) => path !== '/wxpay/notify');
    });
    afterAll(async () => {
      const { rows } = await get().db.query('select from refunds where order_id = $1', [id]);
      expect(rows).toEqual([]);
    });

    async function expectRefused(route: Route, asked: Partial<Asked>): Promise<void> {
      const path = asked.path ?? fill(route.path, { id: route.path.startsWith('/goods') ? 'tea' : id, n: '1' });
      const headers = { cookie: customer.cookies(), accept: 'text/html', origin: customer.origin };
      const { status, text } = await ask(get().url, { ...route, ...asked, path, headers });
      expect([route.method, path, asked.body, status]).toEqual([route.method, path, asked.body, 400]);
      expect(text).toContain('内容有误');
    }

    test('in any part of an address is a 400', async () => {
      for (const route of routes) {
        const names = route.path.match(/(?<=:)\w+/g) ?? [];
        for (const name of names) {
          const path = fill(route.path, { id, n: '1', out_refund_no: `${id}-R1`, [name]: encoded });
          await expectRefused(route, { path });
        }
      }
    });

    test('in a query is a 400, as a value and as a name', async () => {
      for (const route of routes) {
        const path = fill(route.path, { id: route.path.startsWith('/goods') ? 'tea' : id, n: '1' });
        for (const query of [`note=${encoded}`, `date=${encoded}`, `${encoded}=1`, `a=1&code=${encoded}&state=x`]) {
          await expectRefused(route, { path: `${path}?${query}` });
        }
      }
    });

    test('in a form is a 400, as a value and as a name', async () => {
      const form = '3f2a1b5c-9d4e-4f6a-8b7c-1d2e3f4a5b6c';
      const bodies = [
        `good=${encoded}&quantity=1&form=${form}`,
        `good=tea&quantity=${encoded}&form=${form}`,
        `good=tea&quantity=1&form=${encoded}`,
        `price=${encoded}`,
        `refund=${encoded}`,
        `price=1.00&refund=1.00&${encoded}=1`,
      ];
      for (const route of routes.filter(({ method }) => method === 'POST')) {
        for (const body of bodies) await expectRefused(route, { body });
      }
    });
  });
}
