import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Order } from 'koa-wxpay';
import { ACK, merchant, notice, notifyShop, order, refusal, type TestShop } from '../../support/shop.js';

let shop: TestShop;
afterEach(() => shop.close());

describe('a genuine notification', () => {
  test('reaches the handler once and is acknowledged with exactly the documented bytes', async () => {
    shop = await notifyShop();
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.handled).toEqual(['payment.success']);
    expect(shop.codes).toEqual([]);
  });

  test('a second copy is acknowledged without a second effect', async () => {
    shop = await notifyShop();
    expect(await shop.post(notice())).toEqual(ACK);
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.handled).toEqual(['payment.success']);
  });

  test('carries the payment in v3 words: fen as integers, Beijing time in RFC 3339', async () => {
    let seen: unknown;
    shop = await notifyShop(
      {},
      {
        handler: (ctx) => {
          seen = ctx.state.wxpay.notice.payment;
        },
      },
    );
    await shop.post(notice({ cash_fee: '1890', coupon_fee_0: '100', coupon_id_0: '10000', attach: '礼物' }));
    expect(seen).toEqual({
      appid: merchant.appid,
      mchid: merchant.mchid,
      out_trade_no: 'SHOP00A17',
      transaction_id: '4200001234202601011234567890',
      trade_state: 'SUCCESS',
      trade_type: 'JSAPI',
      bank_type: 'OTHERS',
      attach: '礼物',
      success_time: '2026-01-01T12:34:56+08:00',
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
      amount: { total: 1990, payer_total: 1890, currency: 'CNY' },
      promotion_detail: [{ coupon_id: '10000', amount: 100 }],
    });
  });

  test('unknown fields are signed over and do not disturb', async () => {
    shop = await notifyShop();
    expect(await shop.post(notice({ a_field_of_2030: 'x', version: '1.0' }))).toEqual(ACK);
  });
});

describe('each check refuses its forged input, and the handler does not run', () => {
  const tampered = () => {
    const sent = notice();
    return { ...sent, body: sent.body.replace('<![CDATA[1990]]>', '<![CDATA[1]]>') };
  };
  test.each<[string, () => { body: string; headers: Record<string, string> }, number, string, Partial<Order> | null]>([
    ['not a POST body at all', () => ({ body: '', headers: { 'content-type': 'text/xml' } }), 401, 'BAD_SIGNATURE', {}],
    ['a body above 128 KiB', () => notice({ attach: 'x'.repeat(131_072) }), 413, 'BODY_TOO_LARGE', {}],
    ['a tampered amount', tampered, 401, 'BAD_SIGNATURE', {}],
    ['no signature', () => notice({ sign: '' }), 401, 'BAD_SIGNATURE', {}],
    [
      'the signature of another key',
      () => notice({ sign: 'A79C5985C6A8FC7DA5DF1F7656412908' }),
      401,
      'BAD_SIGNATURE',
      {},
    ],
    [
      'a field twice',
      () => ({ ...notice(), body: notice().body.replace('</xml>', '<total_fee>1</total_fee></xml>') }),
      401,
      'BAD_SIGNATURE',
      {},
    ],
    ['a DOCTYPE', () => ({ ...notice(), body: `<!DOCTYPE xml>${notice().body}` }), 401, 'BAD_SIGNATURE', {}],
    [
      'an & outside free text, which splits into other fields',
      () => notice({ bank_type: 'OTHERS&total_fee=1' }),
      401,
      'BAD_SIGNATURE',
      {},
    ],
    ['another mchid', () => notice({ mch_id: '1900000110' }), 400, 'WRONG_MERCHANT', {}],
    ['another appid', () => notice({ appid: 'wxffffffffffffffff' }), 400, 'WRONG_MERCHANT', {}],
    ['a sub merchant where none is configured', () => notice({ sub_mch_id: '1900000111' }), 400, 'WRONG_MERCHANT', {}],
    ['result_code FAIL', () => notice({ result_code: 'FAIL' }), 500, 'NOT_A_PAYMENT', {}],
    ['return_code FAIL', () => notice({ return_code: 'FAIL' }), 500, 'NOT_A_PAYMENT', {}],
    ['no result_code', () => notice({ result_code: undefined }), 500, 'NOT_A_PAYMENT', {}],
    ['an amount in yuan', () => notice({ total_fee: '19.90' }), 400, 'BAD_FACTS', {}],
    ['an amount of zero', () => notice({ total_fee: '0' }), 400, 'BAD_FACTS', {}],
    ['an amount with a leading zero', () => notice({ total_fee: '01990' }), 400, 'BAD_FACTS', {}],
    ['no amount', () => notice({ total_fee: undefined }), 400, 'BAD_FACTS', {}],
    ['no transaction_id', () => notice({ transaction_id: undefined }), 400, 'BAD_FACTS', {}],
    ['an out_trade_no with a quote', () => notice({ out_trade_no: "SHOP'--" }), 400, 'BAD_FACTS', {}],
    ['a currency that is none', () => notice({ fee_type: 'cny' }), 400, 'BAD_FACTS', {}],
    ['an order nobody knows', () => notice(), 500, 'UNKNOWN_ORDER', null],
    ['an order found under another case', () => notice({ out_trade_no: 'shop00a17' }), 500, 'ORDER_INVALID', {}],
    ['an order of another merchant', () => notice(), 500, 'ORDER_INVALID', { mchid: '1900000110' }],
    ['an order whose total is no integer', () => notice(), 500, 'ORDER_INVALID', { amount: { total: 19.9 } }],
    ['another amount', () => notice({ total_fee: '1989' }), 500, 'AMOUNT_MISMATCH', {}],
    ['another currency', () => notice({ fee_type: 'USD' }), 500, 'AMOUNT_MISMATCH', {}],
    [
      'the amount after coupons instead of the total',
      () => notice({ total_fee: '2000', cash_fee: '1990' }),
      500,
      'AMOUNT_MISMATCH',
      {},
    ],
    ['an order that is closed', () => notice(), 500, 'ORDER_CLOSED', { state: 'closed' }],
    ['an order that is refunded', () => notice(), 500, 'ORDER_CLOSED', { state: 'refunded' }],
    [
      'an order paid by another transaction',
      () => notice(),
      500,
      'SECOND_PAYMENT',
      { state: 'paid', transaction_id: '4200009999202601019999999999' },
    ],
  ])('%s', async (_, forge, status, code, found) => {
    shop = await notifyShop({ findOrder: async () => found && order(found) });
    expect(await shop.post(forge())).toEqual(refusal(status));
    expect(shop.codes).toEqual([`ERR_WXPAY_${code}`]);
    expect(shop.handled).toEqual([]);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s', async (method) => {
    shop = await notifyShop();
    const response = await fetch(shop.url, { method });
    expect(response.status).toBe(405);
    expect(shop.codes).toEqual(['ERR_WXPAY_BAD_REQUEST']);
  });

  test('a Content-Encoding, however genuine the body', async () => {
    shop = await notifyShop();
    const response = await fetch(shop.url, {
      method: 'POST',
      body: gzipSync(notice().body),
      headers: { 'content-type': 'text/xml', 'content-encoding': 'gzip' },
    });
    expect(response.status).toBe(415);
  });

  test('bytes that are not UTF-8', async () => {
    shop = await notifyShop();
    const body = Buffer.concat([Buffer.from('<xml><a>'), Buffer.from([0xb4, 0xba]), Buffer.from('</a></xml>')]);
    const response = await fetch(shop.url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
    expect(response.status).toBe(401);
  });

  test('JSON, when the merchant has credentials of API v2 only', async () => {
    shop = await notifyShop();
    const headers = Object.fromEntries(
      ['timestamp', 'nonce', 'signature', 'serial'].map((name) => [`wechatpay-${name}`, '1764000000']),
    );
    const answer = await shop.post('{"id":"x"}', { 'content-type': 'application/json', ...headers });
    expect(answer).toEqual({
      status: 401,
      type: 'application/json; charset=utf-8',
      body: '{"code":"FAIL","message":"失败"}',
    });
  });

  test('what says it is v3, without the headers that sign it: before its body is read', async () => {
    shop = await notifyShop();
    const answer = await shop.post(`{"id":"${'x'.repeat(200_000)}"}`, { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 400, body: '{"code":"FAIL","message":"失败"}' });
    expect(shop.codes).toEqual(['ERR_WXPAY_BAD_REQUEST']);
  });

  test('a body that never ends is refused after three seconds', async () => {
    shop = await notifyShop();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const slow = request(shop.url, { method: 'POST', headers: { 'content-type': 'text/xml' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
        slow.destroy();
      });
      slow.on('error', reject);
      slow.write('<xml>');
    });
    expect(status).toBe(408);
    expect(shop.codes).toEqual(['ERR_WXPAY_BODY_TIMEOUT']);
  });

  test('a sender that hangs up in the middle harms nothing', async () => {
    shop = await notifyShop();
    await new Promise<void>((resolve) => {
      shop.app.on('error', () => shop.codes.includes('ERR_WXPAY_BAD_REQUEST') && resolve());
      const broken = request(shop.url, { method: 'POST', headers: { 'content-length': '1000' } });
      broken.on('error', () => {});
      broken.write('<xml>', () => broken.destroy());
    });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.handled).toEqual(['payment.success']);
  });

  test('every field of a genuine notification altered: none is accepted', async () => {
    shop = await notifyShop();
    const { body } = notice();
    const fields = [...body.matchAll(/<(\w+)><!\[CDATA\[(.+?)\]\]>/g)];
    expect(fields.length).toBeGreaterThan(14);
    for (const [whole, name, value = ''] of fields) {
      const forged = body.replace(
        whole,
        `<${name}><![CDATA[${value.slice(0, -1)}${value.endsWith('x') ? 'y' : 'x'}]]>`,
      );
      expect(await shop.post(forged)).toEqual(refusal(401));
    }
    expect(shop.handled).toEqual([]);
  });
});

describe('a signature of API v2 fits several messages', () => {
  /** The genuine text and signature, cut elsewhere: the payer wrote other facts into attach, and `hiding` swallows the genuine ones. */
  const forged = (hiding: string) => {
    const facts = `mch_id=${merchant.mchid}&out_trade_no=SHOP00A17&result_code=SUCCESS&return_code=SUCCESS&total_fee=1990`;
    const genuine = notice({ attach: `x&${facts}&${hiding}=` }, { out_trade_no: 'CHEAP001', total: 1 });
    const field = (name: string) => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>`).exec(genuine.body)?.[1] as string;
    const swallowed = [
      'bank_type',
      'cash_fee',
      'fee_type',
      'is_subscribe',
      'mch_id',
      'nonce_str',
      'openid',
      'out_trade_no',
    ];
    swallowed.push('result_code', 'return_code', 'time_end', 'total_fee', 'trade_type');
    const rest = swallowed.map((name) => `&${name}=${field(name)}`).join('');
    const pairs = `appid=${merchant.appid}&attach=x&${facts}`.split('&').map((pair) => pair.split('='));
    const cut = [...pairs, [hiding, rest], ['transaction_id', field('transaction_id')], ['sign', field('sign')]];
    const body = cut.map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join('');
    return { genuine, forgery: { ...genuine, body: `<xml>${body}</xml>` } };
  };
  test.each(['tr_msg', 'total_fee_des', 'trade_state_desc'])(
    'another order hidden behind %s is refused',
    async (hiding) => {
      const found = (out_trade_no: string) =>
        order({ out_trade_no, amount: { total: out_trade_no === 'CHEAP001' ? 1 : 1990 } });
      shop = await notifyShop({ findOrder: async (out_trade_no) => found(out_trade_no) });
      const { genuine, forgery } = forged(hiding);
      expect(await shop.post(genuine)).toEqual(ACK);
      expect(shop.handled).toHaveLength(1);
      expect(await shop.post(forgery)).toEqual(refusal(401));
      expect([shop.codes, shop.handled.length]).toEqual([['ERR_WXPAY_BAD_SIGNATURE'], 1]);
    },
  );
  test('a query string that an older shop wrote into attach is no forgery', async () => {
    shop = await notifyShop();
    const attach = 'uid=7&out_trade_no=SHOP00A17&total_fee=1990';
    expect(await shop.post(notice({ attach, device_info: 'a=1&b=2', return_msg: 'R&D' }))).toEqual(ACK);
  });
});
