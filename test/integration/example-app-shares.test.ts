import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { findOrderById } from '../../example-app/src/orders.js';
import { listShares } from '../../example-app/src/shares.js';
import { NOTIFY_PATH } from '../../example-app/src/shop.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';

let running: RunningShop;
let customer: Customer;
let id: string;
let transaction_id: string;

beforeAll(async () => {
  running = await startShop();
  customer = new Customer(running.simulator);
});
afterAll(() => running.stop());
beforeEach(async () => {
  await running.reset();
  id = await customer.order();
  await running.simulator.pay(await customer.prepay(id));
  await running.simulator.settled();
  transaction_id = (await findOrderById(running.db, id))?.transaction_id as string;
});

const share = (changes: object = {}) => {
  const { simulator, url } = running;
  return simulator.sendEvent({
    url: url + NOTIFY_PATH,
    event_type: 'TRANSACTION.SUCCESS',
    original_type: 'profitsharing',
    resource: {
      mchid: simulator.merchant.mchid,
      transaction_id,
      order_id: '1217752501201407033233368018',
      out_order_no: 'P20150806125346',
      receiver: { type: 'MERCHANT_ID', account: '1900000100', amount: 888, description: '快递费' },
      success_time: '2026-01-01T10:34:56+08:00',
      ...changes,
    },
  });
};

test('profit that was shared stands at its order on the owner’s page, once, however often WeChat reports it', async () => {
  await share();
  await share();
  expect(running.simulator.deliveries.slice(-2)).toMatchObject([{ acknowledged: true }, { acknowledged: true }]);
  expect(await listShares(running.db, [id])).toEqual([
    { out_order_no: 'P20150806125346', order_id: id, account: '1900000100', amount: 888 },
  ]);
  const { text } = await customer.open('/owner');
  expect(text).toMatch(/分账 <small>Shared with<\/small> 1900000100<\/span>.*8\.88/);
  expect(await findOrderById(running.db, id)).toMatchObject({ state: 'paid', total: 8900 });
});

test.each([
  ['of a payment that the shop does not know', { transaction_id: '4200000000000000000000000000' }],
  ['without an amount', { receiver: { account: '1900000100' } }],
])('a share %s is not acknowledged, and leaves nothing', async (_, changes) => {
  await share(changes);
  expect(running.simulator.deliveries.at(-1)).toMatchObject({ acknowledged: false });
  expect(await listShares(running.db, [id])).toEqual([]);
  expect(running.errors).toMatchObject([{ code: 'ERR_WXPAY_HANDLER_FAILED' }]);
});

test('what the shop does not use is acknowledged without an effect', async () => {
  const { simulator, url } = running;
  const resource = { mchid: simulator.merchant.mchid, coupon_id: '1' };
  await simulator.sendEvent({ url: url + NOTIFY_PATH, event_type: 'COUPON.USE', original_type: 'coupon', resource });
  expect(simulator.deliveries.at(-1)).toMatchObject({ acknowledged: true });
});
