import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createWxpay, type Payment } from 'koa-wxpay';
import type { PgTx } from 'koa-wxpay/postgres';
import supertest from 'supertest';
import { createApp } from '../../example-app/src/app.js';
import { readConfig } from '../../example-app/src/config.js';
import { findOrder, findOrderById, markPaid, reissue } from '../../example-app/src/orders.js';
import { createShop } from '../../example-app/src/shop.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { versions } from '../support/versions.js';

describe.each(versions)('the shop over API %s', (api) => {
  let running: RunningShop;
  let customer: Customer;

  beforeAll(async () => {
    running = await startShop({ api });
    customer = new Customer(running.simulator);
  });
  beforeEach(() => running.reset());
  afterAll(() => running.stop());

  const order = async (id: string) => (await findOrderById(running.db, id))!;
  const deliveriesOf = (id: string) => running.simulator.deliveries.filter(({ out_trade_no }) => out_trade_no === id);
  const owner = (id: string, price: string) => customer.post(`/owner/orders/${id}/price`, { price });

  describe('an order', () => {
    test('is paid once its notification has come, and says so', async () => {
      const id = await customer.order();
      const paid = await running.simulator.pay(await customer.prepay(id));
      await running.simulator.settled();

      expect(deliveriesOf(id)).toEqual([expect.objectContaining({ acknowledged: true })]);
      expect(await order(id)).toMatchObject({ state: 'paid', transaction_id: paid.transaction_id, total: 8900 });
      expect((await customer.open(`/orders/${id}`)).text).toContain('付款成功');
      expect((await customer.settle(id)).body).toMatchObject({ trade_state: 'SUCCESS', paid: true });
    });

    test('is paid without a notification when the page asks', async () => {
      running.simulator.switches.notification = 'never';
      const id = await customer.order();
      const params = await customer.prepay(id);
      expect((await customer.settle(id)).body).toMatchObject({ trade_state: 'NOTPAY', paid: false });
      await running.simulator.pay(params);
      await running.simulator.clock.advance(5_000);

      expect((await customer.settle(id)).body).toMatchObject({ trade_state: 'SUCCESS', paid: true });
      expect(await order(id)).toMatchObject({ state: 'paid' });
    });

    test('is one order when its form is sent twice at once', async () => {
      const form = await customer.form('tea');
      const sent = await Promise.all([customer.post('/orders', form), customer.post('/orders', form)]);

      expect(sent.map(({ status }) => status)).toEqual([303, 303]);
      expect(sent[0]?.headers.location).toBe(sent[1]?.headers.location);
      expect((await running.db.query('select id from orders')).rows).toHaveLength(1);
    });

    test('takes its price from the table, whatever the form says', async () => {
      const form = { ...(await customer.form('tea')), quantity: '3', price: '1', total: '1' };
      const { headers } = await customer.post('/orders', form);
      const id = /^\/orders\/(\w+)\/pay$/.exec(headers.location as string)?.[1] as string;
      expect(await order(id)).toMatchObject({ total: 3 * 6800, description: '明前龙井 ×3' });
    });

    test.each([['0'], ['10'], ['-1'], ['1.5'], ['many']])('of %s pieces is refused', async (quantity) => {
      const answer = await customer.post('/orders', { ...(await customer.form('tea')), quantity });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('内容有误');
    });

    test('that is paid has no pay page any more', async () => {
      const id = await customer.order();
      await running.simulator.pay(await customer.prepay(id));
      await running.simulator.settled();
      const { status, text } = await customer.open(`/orders/${id}/pay`);
      expect([status, text]).toEqual([200, expect.stringContaining('付款成功')]);
    });

    test('that is paid at WeChat and unknown here is settled by its pay page, and not charged again', async () => {
      running.simulator.switches.notification = 'never';
      const id = await customer.order();
      await running.simulator.pay(await customer.prepay(id));
      // what a restart of the shop forgets
      await running.shop.wxpay.closeOrder(id).catch(() => {});

      expect((await customer.open(`/orders/${id}/pay`)).text).toContain('付款成功');
      expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: id });
    });

    test('that WeChat has forgotten or closed is placed again', async () => {
      const id = await customer.order();
      await customer.prepay(id);
      await running.shop.wxpay.closeOrder(id);
      const paid = await running.simulator.pay(await customer.prepay(id));
      await running.simulator.settled();

      expect(paid.err_msg).toBe('get_brand_wcpay_request:ok');
      expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: `${id}-2` });
    });

    test('whose fresh number another request gave keeps that one', async () => {
      const id = await customer.order();
      const old = (await findOrder(running.db, id))!;
      const numbers = await Promise.all([1, 2, 3].map(async () => (await reissue(running.db, old)).out_trade_no));
      expect(numbers).toEqual([`${id}-2`, `${id}-2`, `${id}-2`]);
    });
  });

  test('an order that is paid stays paid by its first payment, whatever the store of "once" has forgotten', async () => {
    const id = await customer.order();
    const paidBy = (transaction_id: string) =>
      markPaid(running.db as unknown as PgTx, { out_trade_no: id, transaction_id } as Payment);
    await paidBy('4200000000000000001');
    await expect(paidBy('4200000000000000002')).rejects.toThrow('settled by another payment');
    expect(await order(id)).toMatchObject({ state: 'paid', transaction_id: '4200000000000000001' });
  });

  describe('a new price', () => {
    test('is paid under a new number, and the old number can no longer be paid', async () => {
      const id = await customer.order();
      const before = await customer.prepay(id);
      expect((await owner(id, '79.00')).headers.location).toBe('/owner?note=changed');
      const after = await customer.prepay(id);

      expect(await running.simulator.pay(before)).toMatchObject({ err_desc: '该订单已关闭' });
      expect((await running.simulator.pay(after)).err_msg).toBe('get_brand_wcpay_request:ok');
      await running.simulator.settled();
      expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: `${id}-2`, total: 7900 });
      expect(await findOrder(running.db, id)).toMatchObject({ out_trade_no: id, amount: { total: 8900 } });
    });

    test('of an order that was never placed at WeChat is paid under its new number', async () => {
      const id = await customer.order();
      expect((await owner(id, '79.00')).headers.location).toBe('/owner?note=changed');
      await running.simulator.pay(await customer.prepay(id));
      await running.simulator.settled();
      expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: `${id}-2`, total: 7900 });
    });

    test('is not given when the old number could not be closed', async () => {
      const id = await customer.order();
      await running.simulator.primary.stop();
      const { status } = await owner(id, '79.00');
      await running.simulator.primary.start();
      expect(status).toBe(502);
      expect(await order(id)).toMatchObject({ out_trade_no: id, total: 8900 });
    });

    test('comes too late for an order that is paid at WeChat: it is settled at the price it was paid with', async () => {
      running.simulator.switches.notification = 'never';
      const id = await customer.order();
      await running.simulator.pay(await customer.prepay(id));
      expect((await owner(id, '1.00')).headers.location).toBe('/owner?note=not_pending');
      expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: id, total: 8900 });
    });

    test.each(['', '0', '0.001', '-1', '1e3', '1000000', 'free'])('of "%s" is refused', async (price) => {
      const id = await customer.order();
      expect((await owner(id, price)).status).toBe(400);
      expect(await order(id)).toMatchObject({ total: 8900, out_trade_no: id });
    });

    test('of an order that does not exist changes nothing', async () => {
      expect((await owner('20250101AAAAAAAA', '1.00')).headers.location).toBe('/owner?note=not_pending');
    });
  });

  test('money paid twice for one order is kept for the owner, and acknowledged', async () => {
    const id = await customer.order();
    const first = await customer.prepay(id);
    // a second number that is open at WeChat beside the first
    await running.db.query(`update orders set out_trade_no = $1 where id = $2`, [`${id}-2`, id]);
    await running.db.query(`insert into order_numbers values ($1, $2, 8900)`, [`${id}-2`, id]);
    const second = await customer.prepay(id);
    await running.simulator.pay(first);
    await running.simulator.settled();
    await running.simulator.pay(second);
    await running.simulator.settled();

    const acknowledged = [...deliveriesOf(id), ...deliveriesOf(`${id}-2`)].map((delivery) => delivery.acknowledged);
    expect(acknowledged).toEqual([true, true]);
    expect(await order(id)).toMatchObject({ state: 'paid', out_trade_no: id });
    expect((await customer.open('/owner')).text).toContain(`重复付款 Paid twice: ${id}-2`);
  });

  describe('what does not belong to the customer', () => {
    test.each([['/nowhere'], ['/goods/nothing'], ['/orders/20250101AAAAAAAA'], ['/orders/20250101AAAAAAAA/pay']])(
      '%s is a page that says it does not exist',
      async (path) => {
        const { status, text } = await customer.open(path);
        expect([status, text]).toEqual([404, expect.stringContaining('没有找到')]);
      },
    );

    test("somebody else's order does not exist", async () => {
      const id = await customer.order();
      const stranger = new Customer(running.simulator, 'xiaohong');
      for (const path of [`/orders/${id}`, `/orders/${id}/pay`]) expect((await stranger.open(path)).status).toBe(404);
      expect((await stranger.settle(id)).status).toBe(404);
      expect((await stranger.open('/orders')).text).not.toContain(id);
    });

    test('a form of another site is refused', async () => {
      const form = await customer.form('tea');
      for (const origin of ['https://evil.example', 'null', `${customer.origin}.evil.example`]) {
        expect((await customer.post('/orders', form, { origin })).status).toBe(403);
      }
      expect((await running.db.query('select id from orders')).rows).toEqual([]);
    });

    test('a form posted after the login ran out leads back to a page that logs in', async () => {
      const { status, headers } = await supertest(running.simulator.phoneUrl)
        .post('/orders')
        .set({ origin: customer.origin, accept: 'text/html', referer: `${customer.origin}/goods/tea` })
        .type('form')
        .send({ good: 'tea' });
      expect([status, headers.location]).toEqual([303, `${customer.origin}/goods/tea`]);
    });
  });

  describe('outside WeChat', () => {
    test('everybody may look, and who wants to buy is told to open WeChat', async () => {
      const outside = supertest(running.url);
      expect((await outside.get('/')).status).toBe(200);
      const { status, text } = await outside.get('/goods/tea').set('accept', 'text/html');
      expect([status, text]).toEqual([403, expect.stringContaining('请在微信中打开')]);
      expect(text).toContain(`${customer.origin}/goods/tea`);
    });

    test('a WeChat that does not answer is a page that says to try again, and claims nothing about money', async () => {
      const id = await customer.order();
      await running.simulator.primary.stop();
      const { status, text } = await customer.open(`/orders/${id}/pay`);
      await running.simulator.primary.start();
      expect([status, text]).toEqual([502, expect.stringContaining('微信暂时无法连接')]);
      expect(text).not.toContain('没有扣款');
      expect(running.errors).toEqual([expect.objectContaining({ code: 'ERR_WXPAY_TRANSPORT' })]);
    });
  });

  test('what WeChat refuses for good is a page that does not say to try again', async () => {
    const id = await customer.order();
    const { wechat } = running.shop;
    const merchant = { ...wechat.merchant, v3: undefined, v2: { key: 'f'.repeat(32) } };
    const app = createApp(createShop({ ...running.shop, wechat: { ...wechat, merchant } }));
    const reported: unknown[] = [];
    app.on('error', (error) => reported.push(error));
    const { status, text } = await supertest(app.callback())
      .post(`/owner/orders/${id}/price`)
      .set({ origin: customer.origin, accept: 'text/html' })
      .type('form')
      .send({ price: '1.00' });
    expect([status, text]).toEqual([502, expect.stringContaining('微信没有受理')]);
    expect(text).not.toMatch(/再试|重试|try again/i);
    expect([reported.length, await order(id)]).toEqual([1, expect.objectContaining({ total: 8900 })]);
  });

  test('a notification nobody signed changes nothing and learns nothing', async () => {
    const id = await customer.order();
    const forged = `<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><out_trade_no>${id}</out_trade_no></xml>`;
    const { status, text } = await supertest(running.url).post('/wxpay/notify').type('text/xml').send(forged);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toContain('FAIL');
    expect(await order(id)).toMatchObject({ state: 'pending' });
  });

  test('pages carry a policy under which only the shop’s own scripts run, and escape what users wrote', async () => {
    const answer = await supertest(running.url).get('/');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    await running.db.query(`update goods set name = '<script>alert(1)</script>' where id = 'tea'`);
    expect((await supertest(running.url).get('/')).text).not.toContain('<script>alert');
  });

  describe("the owner's page", () => {
    test('asks for the key when there is one', async () => {
      const app = createApp({ ...running.shop, ownerKey: 'sesame' }).callback();
      const closed = await supertest(app).get('/owner').set('accept', 'text/html');
      expect([closed.status, closed.headers['www-authenticate']]).toEqual([401, expect.stringContaining('Basic')]);
      const wrong = await supertest(app).get('/owner').auth('owner', 'sesame ');
      expect(wrong.status).toBe(401);
      const open = await supertest(app).get('/owner').auth('owner', 'sesame');
      expect([open.status, open.text]).toEqual([200, expect.not.stringContaining('演示：')]);
    });
  });
});

describe('the environment of a merchant', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const common = {
    ...{ ORIGIN: 'https://shop.example/', WXPAY_APPID: 'wx0123456789abcdef', WXPAY_SECRET: 'secret' },
    ...{ WXPAY_MCHID: '1900000109', COOKIE_KEY: 'a', OWNER_KEY: 'b' },
  };
  const v2 = { WXPAY_API: 'v2', WXPAY_KEY: '8934e7d15453e97507ef794cf7b0519d' };
  const v3 = {
    WXPAY_PRIVATE_KEY: privateKey.replaceAll('\n', '\\n'),
    WXPAY_SERIAL_NO: '3775B6A45ACD588826D15E583A95F5DD12345678',
    WXPAY_API_V3_KEY: '0123456789abcdef0123456789abcdef',
  };

  test.each(Object.entries({ v2, v3 }))('with %s makes a merchant at the real WeChat', (_, credentials) => {
    const { wechat, host } = readConfig({ ...common, ...credentials });
    expect([wechat?.origin, wechat?.simulated, host]).toEqual(['https://shop.example', false, '0.0.0.0']);
    const merchant = { ...wechat!.merchant, notifyUrl: `${wechat!.origin}/wxpay/notify` };
    expect(createWxpay(merchant).mchid).toBe('1900000109');
  });

  test.each([
    ['WXPAY_SECRET', { ...v3, WXPAY_SECRET: '' }],
    ['WXPAY_PRIVATE_KEY, WXPAY_SERIAL_NO, WXPAY_API_V3_KEY', {}],
    ['WXPAY_KEY', { WXPAY_API: 'v2' }],
    ['COOKIE_KEY, OWNER_KEY', { ...v3, COOKIE_KEY: '', OWNER_KEY: '' }],
  ])('without %s is refused by name', (names, variables) => {
    expect(() => readConfig({ ...common, ...variables })).toThrow(`missing in the environment: ${names}`);
  });

  test('is none where there are no variables: a simulator, and an owner’s page for this machine only', () => {
    expect(readConfig({})).toMatchObject({ wechat: null, host: '127.0.0.1', port: 3000 });
  });
});
