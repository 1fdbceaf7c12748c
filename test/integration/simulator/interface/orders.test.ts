import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { createShop, type Shop } from '../support.js';
import { ask, NEW_ORDER } from './support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator();
});
afterEach(() => sim.close());

const place = async (changes: object = {}) =>
  (await ask(sim, 'POST', '/orders', { ...NEW_ORDER, ...changes })).body;

describe.each(['v2', 'v3'])('an order placed as by API %s', (api) => {
  test.each([
    ['its number', ({ order }) => ({ out_trade_no: order.out_trade_no })],
    ['its prepay_id', ({ prepay_id }) => ({ prepay_id })],
    ["the page's parameters", ({ jsapi }) => ({ jsapi })],
  ] as [string, (placed: ReturnType<typeof JSON.parse>) => object][])(
    'is paid by %s',
    async (_, targetOf) => {
      const placed = await place({ api });
      const { body } = await ask(sim, 'POST', '/pay', { ...targetOf(placed), coupon: 1 });
      expect(body).toMatchObject({
        err_msg: 'get_brand_wcpay_request:ok',
        order: { trade_state: 'SUCCESS', payer_total: 1989, person: 'xiaoming' },
      });
    },
  );

  test.each([
    ['native', ({ code_url }) => ({ url: code_url })],
    ['h5', ({ h5_url }) => ({ url: h5_url })],
    ['app', ({ app }) => ({ app })],
  ] as [string, (placed: ReturnType<typeof JSON.parse>) => object][])(
    'of type %s is paid by what it was given',
    async (type, targetOf) => {
      const { body } = await ask(sim, 'POST', '/pay', targetOf(await place({ api, type })));
      expect(body).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    },
  );

  test('with parameters that were changed is not paid', async () => {
    const { jsapi } = await place({ api });
    const { body } = await ask(sim, 'POST', '/pay', { jsapi: { ...jsapi, nonceStr: 'other' } });
    const err_msg = 'get_brand_wcpay_request:fail';
    expect(body).toEqual({ err_msg, err_desc: '支付验证签名失败' });
  });
});

test.each([
  [{ outcome: 'cancels' }, undefined],
  [{ outcome: 'balance' }, '零钱余额不足'],
  [{ outcome: 'password' }, '支付密码错误，请重试'],
])('a person who %j leaves the order unpaid, and it can be paid again', async (body, err_desc) => {
  await place();
  const answer = await ask(sim, 'POST', '/orders/SHOP00A17/pay', body);
  expect(answer.body).toMatchObject({
    err_msg: 'get_brand_wcpay_request:cancel',
    order: { trade_state: 'NOTPAY' },
  });
  expect(answer.body.err_desc).toBe(err_desc);
  const again = await ask(sim, 'POST', '/orders/SHOP00A17/pay');
  expect(again.body.order.trade_state).toBe('SUCCESS');
});

test('a person pays from a balance, and a refund goes back to it', async () => {
  const balance = async () => {
    const { body } = await ask(sim, 'GET', '/people');
    return body.people.find(({ id }: { id: string }) => id === 'lili').balance;
  };
  await ask(sim, 'POST', '/people', { id: 'lili', balance: 2000 });
  await place({ person: 'lili' });
  await place({ person: 'lili', out_trade_no: 'SHOP00A18' });
  await ask(sim, 'POST', '/orders/SHOP00A17/pay');
  expect(await balance()).toBe(10);
  const second = await ask(sim, 'POST', '/orders/SHOP00A18/pay');
  expect(second.body).toMatchObject({ err_desc: '零钱余额不足', order: { trade_state: 'NOTPAY' } });
  await ask(sim, 'POST', '/orders/SHOP00A17/refund', { amount: 990 });
  expect(await balance()).toBe(1000);
});

test('an order is closed, and then cannot be paid', async () => {
  await place();
  const closed = await ask(sim, 'POST', '/orders/SHOP00A17/close');
  expect(closed.body.trade_state).toBe('CLOSED');
  const { body } = await ask(sim, 'POST', '/orders/SHOP00A17/pay');
  expect(body).toMatchObject({ err_desc: '该订单已关闭', order: { trade_state: 'CLOSED' } });
});

describe('what the state of an order does not allow is a conflict', () => {
  test.each(['/refund', '/notify'])('%s of an unpaid order', async (path) => {
    await place();
    const { status, body } = await ask(sim, 'POST', `/orders/SHOP00A17${path}`);
    expect({ status, error: body.error }).toEqual({
      status: 409,
      error: 'order SHOP00A17 is not paid',
    });
  });

  test('closing a paid order', async () => {
    await place();
    await ask(sim, 'POST', '/orders/SHOP00A17/pay');
    expect((await ask(sim, 'POST', '/orders/SHOP00A17/close')).status).toBe(409);
  });
});

test.each([
  [{ total: 0 }, 'body.total: '],
  [{ notify_url: 'http://shop.example/notify' }, '"notify_url" must be an https address'],
  [{ out_trade_no: 'short' }, '"out_trade_no" must be'],
  [{ mchid: '1' }, 'there is no merchant 1: there are 1900000109'],
  [{ appid: 'wx' }, '"appid" must be one of the merchant'],
  [{ person: 'nobody' }, 'there is no person nobody: there are xiaoming'],
])('an order with %j is refused', async (changes, error) => {
  const answer = await ask(sim, 'POST', '/orders', { ...NEW_ORDER, ...changes });
  expect(answer.status).toBe(400);
  expect(answer.body.error).toContain(error);
});

test('a number that is used with other values is refused', async () => {
  await place();
  const { status, body } = await ask(sim, 'POST', '/orders', { ...NEW_ORDER, total: 1 });
  expect(status).toBe(400);
  expect(body.error).toBe('order SHOP00A17 exists with other values');
});

test('lists come in pages, newest first, and nothing is listed twice when more is added', async () => {
  for (let n = 0; n < 5; n++) await place({ out_trade_no: `ORDER_${n}` });
  const first = (await ask(sim, 'GET', '/orders?limit=2')).body;
  await place({ out_trade_no: 'ORDER_5' });
  const second = (await ask(sim, 'GET', `/orders?limit=2&cursor=${first.next}`)).body;
  const third = (await ask(sim, 'GET', `/orders?limit=2&cursor=${second.next}`)).body;
  const numbers = [first, second, third].map(({ items }) =>
    items.map(({ out_trade_no }: { out_trade_no: string }) => out_trade_no),
  );
  expect(numbers).toEqual([['ORDER_4', 'ORDER_3'], ['ORDER_2', 'ORDER_1'], ['ORDER_0']]);
  expect(third.next).toBeNull();
});

test('a page that nothing follows says so, even when more orders are older', async () => {
  await place({ out_trade_no: 'ORDER_0', description: 'tea' });
  await place({ out_trade_no: 'ORDER_1' });
  await ask(sim, 'POST', '/orders/ORDER_1/pay');
  const { body } = await ask(sim, 'GET', '/orders?trade_state=SUCCESS&limit=1');
  expect(body).toMatchObject({ items: [{ out_trade_no: 'ORDER_1' }], next: null });
  const found = await ask(sim, 'GET', '/orders?search=tea');
  expect(found.body.items).toMatchObject([{ out_trade_no: 'ORDER_0' }]);
});

test.each(['limit=0', 'limit=501', 'limit=x', 'cursor=-1', 'limits=2'])(
  'a list does not take %s',
  async (query) => {
    expect((await ask(sim, 'GET', `/orders?${query}`)).status).toBe(400);
  },
);

describe('with a shop', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await createShop((res) => res.writeHead(204).end());
  });
  afterEach(() => shop.close());

  test('an order opens with its life, its refunds, its requests and its deliveries', async () => {
    await place({ notify_url: shop.url });
    await ask(sim, 'POST', '/orders/SHOP00A17/pay', { outcome: 'cancels' });
    await ask(sim, 'POST', '/orders/SHOP00A17/pay');
    await ask(sim, 'POST', '/settle');
    await ask(sim, 'POST', '/orders/SHOP00A17/refund', { amount: 90 });
    const { body } = await ask(sim, 'GET', '/orders/SHOP00A17');
    expect(body.history.map(({ step }: { step: string }) => step)).toEqual([
      'placed',
      'payment failed',
      'paid',
      'refund accepted',
      'refund succeeded',
    ]);
    expect(body).toMatchObject({
      order: { trade_state: 'REFUND', refunded: 90, total: 1990 },
      refunds: [{ by: 'hand', refund: 90, state: 'SUCCESS' }],
      deliveries: [{ attempt: 1, acknowledged: true, status: 204 }],
    });
  });

  test('a paid order is notified once more, and a delivery is sent once more', async () => {
    await place({ notify_url: shop.url });
    await ask(sim, 'POST', '/orders/SHOP00A17/pay');
    await ask(sim, 'POST', '/settle');
    const { body } = await ask(sim, 'POST', '/orders/SHOP00A17/notify');
    expect(body.deliveries).toMatchObject([{ id: 'd2', attempt: 1, acknowledged: true }]);
    const resent = await ask(sim, 'POST', '/deliveries/d1/resend');
    expect(resent.body).toMatchObject({ id: 'd3', attempt: 2, verdict: 'acknowledged' });
    const [first, , third] = shop.received.map(({ body }) => JSON.parse(body.toString()));
    expect([third.id, third.resource]).toEqual([first.id, first.resource]);
  });

  test('the notification of any event is sent', async () => {
    const event = {
      url: shop.url,
      event_type: 'MCHTRANSFER.BILL.FINISHED',
      original_type: 'mch_payment',
      resource: { out_bill_no: 'T1' },
    };
    const { body } = await ask(sim, 'POST', '/notifications', event);
    expect(body.deliveries).toMatchObject([{ kind: 'v3.event', acknowledged: true }]);
    const detail = await ask(sim, 'GET', `/deliveries/${body.deliveries[0].id}`);
    expect(JSON.parse(detail.body.decrypted)).toEqual({ out_bill_no: 'T1' });
  });
});
