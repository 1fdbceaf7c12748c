import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWxpay } from '../../../src/client/wxpay.js';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { readNotice } from '../../support/read-notice.js';
import { createShop, type Shop } from './support.js';

let sim: Simulator;
let shop: Shop;
beforeAll(async () => {
  sim = await createSimulator();
  shop = await createShop();
});
afterAll(async () => {
  await sim.close();
  await shop.close();
});

const connect = (to: Simulator, signType: 'MD5' | 'HMAC-SHA256' = 'MD5') =>
  createWxpay({
    appid: to.app.appid,
    mchid: to.merchant.mchid,
    notifyUrl: shop.url,
    v2: { key: to.merchant.key, signType },
    baseUrl: to.url,
    backupUrl: to.backupUrl,
    now: to.clock.now,
  });

describe.each(['MD5', 'HMAC-SHA256'] as const)('createWxpay, with %s', (signType) => {
  const order = {
    out_trade_no: `OWN_${signType}`,
    description: '一杯茶',
    amount: { total: 1990 },
    attach: '桌 7',
  };
  test('takes an order from prepay to a notification it accepts', async () => {
    const openid = sim.people[0]?.openid(sim.app.appid) as string;
    const prepay_id = await connect(sim, signType).prepay(order, {
      openid,
      clientIp: '127.0.0.1',
    });
    expect(await sim.pay(connect(sim, signType).jsapiParams(prepay_id))).toMatchObject({
      err_msg: 'get_brand_wcpay_request:ok',
    });
    await sim.settled();
    const { body } = shop.received.at(-1)!;
    const payment = {
      out_trade_no: order.out_trade_no,
      attach: '桌 7',
      amount: { total: 1990 },
      payer: { openid },
    };
    expect(await readNotice(connect(sim, signType), body, {})).toMatchObject({
      type: 'payment.success',
      payment,
    });
    expect(
      await connect(sim, signType).queryOrder({ out_trade_no: order.out_trade_no }),
    ).toMatchObject({
      ...payment,
      trade_state: 'SUCCESS',
    });
  });

  test('reads every refusal', async () => {
    const { out_trade_no } = order;
    const wxpay = connect(sim, signType);
    await expect(wxpay.closeOrder(out_trade_no)).rejects.toMatchObject({ meaning: 'order_paid' });
    await expect(wxpay.queryOrder({ out_trade_no: 'NOBODY01' })).rejects.toMatchObject({
      meaning: 'order_not_found',
    });
    const payer = {
      openid: sim.people[0]?.openid(sim.app.appid) as string,
      clientIp: '127.0.0.1',
    };
    await expect(wxpay.prepay(order, payer)).rejects.toMatchObject({ meaning: 'order_paid' });
    const other = { ...order, out_trade_no: `OPEN_${signType}` };
    await wxpay.prepay(other, payer);
    const dearer = { ...other, amount: { total: 2000 } };
    await expect(wxpay.prepay(dearer, payer)).rejects.toMatchObject({ meaning: 'order_changed' });
    await wxpay.closeOrder(other.out_trade_no);
    await expect(wxpay.prepay(other, payer)).rejects.toMatchObject({ meaning: 'order_closed' });
  });
});

test('createWxpay goes to the backup host while the primary is down', async () => {
  const other = await createSimulator();
  await other.primary.stop();
  const openid = other.people[0]?.openid(other.app.appid) as string;
  const order = { out_trade_no: 'BACKUP01', description: '一杯茶', amount: { total: 1 } };
  const prepay_id = await connect(other).prepay(order, { openid, clientIp: '127.0.0.1' });
  expect(other.order('BACKUP01')).toMatchObject({ prepayIds: [prepay_id] });
  await other.close();
});
