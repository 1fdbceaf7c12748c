import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Hash, Transformer, Wechatpay } from 'wechatpay-axios-plugin';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { createShop, type Fields, orderFields, type Shop } from './support.js';

/** The part of the foreign client that is used here: it signs what it sends and verifies what it gets. */
interface Chain {
  v2: {
    pay: Record<
      'unifiedorder' | 'orderquery' | 'closeorder',
      { post(fields: Fields): Promise<{ data: Fields }> }
    >;
  };
}

let sim: Simulator;
let shop: Shop;
let chain: Chain;
beforeAll(async () => {
  sim = await createSimulator();
  shop = await createShop();
  chain = client(sim.merchant.key);
});
afterAll(async () => {
  await sim.close();
  await shop.close();
});

// what it wants of API v3 is not used by these calls
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

function client(secret: string): Chain {
  const v3 = {
    serial: 'merchant',
    privateKey: keys.privateKey,
    certs: { platform: keys.publicKey },
  };
  const config = { mchid: sim.merchant.mchid, secret, ...v3, baseURL: sim.url };
  return new Wechatpay(config as never) as never;
}

describe.each(['MD5', 'HMAC-SHA256'] as const)(
  'a client written elsewhere, with %s',
  (sign_type) => {
    const out_trade_no = `FOREIGN_${sign_type}`;
    const number = () => ({
      appid: sim.app.appid,
      mch_id: sim.merchant.mchid,
      out_trade_no,
      sign_type,
    });

    test('orders', async () => {
      const fields = orderFields(sim, {
        out_trade_no,
        sign_type,
        notify_url: shop.url,
        attach: '桌 7 & <b>',
      });
      const { data } = await chain.v2.pay.unifiedorder.post(fields);
      expect(data).toMatchObject({
        result_code: 'SUCCESS',
        prepay_id: expect.stringMatching(/^wx/),
      });
    });

    test('verifies the notification', async () => {
      expect(await sim.pay({ out_trade_no }, { coupon: 90 })).toMatchObject({
        err_msg: 'get_brand_wcpay_request:ok',
      });
      await sim.settled();
      const notice = (Transformer as never as { toObject(xml: string): Fields }).toObject(
        String(shop.received.at(-1)?.body),
      );
      expect(notice).toMatchObject({ out_trade_no, attach: '桌 7 & <b>', coupon_fee: '90' });
      expect(notice.sign).toBe(Hash.sign(sign_type, notice, sim.merchant.key));
    });

    test('queries', async () => {
      const { data } = await chain.v2.pay.orderquery.post(number());
      expect(data).toMatchObject({
        trade_state: 'SUCCESS',
        total_fee: '1990',
        attach: '桌 7 & <b>',
      });
    });

    test('closes, and sees a refusal', async () => {
      await expect(chain.v2.pay.closeorder.post(number())).rejects.toMatchObject({
        response: { data: { err_code: 'ORDERPAID' } },
      });
      const other = `OPEN_${sign_type}`;
      await chain.v2.pay.unifiedorder.post(orderFields(sim, { out_trade_no: other, sign_type }));
      const { data } = await chain.v2.pay.closeorder.post({ ...number(), out_trade_no: other });
      expect(data).toMatchObject({ result_code: 'SUCCESS' });
    });
  },
);

test('with another key it is told 签名错误', async () => {
  await expect(
    client('f'.repeat(32)).v2.pay.unifiedorder.post(orderFields(sim)),
  ).rejects.toMatchObject({
    response: { data: { return_code: 'FAIL', return_msg: '签名错误' } },
  });
});

test('an answer signed with another key does not pass its verifier', async () => {
  sim.switches.next({ api: { '/pay/unifiedorder': { badSignature: true } } });
  await expect(chain.v2.pay.unifiedorder.post(orderFields(sim))).rejects.toMatchObject({
    code: 'EV2_RES_SIGNATURE_NOT_EQUAL',
  });
});
