import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type Koa from 'koa';
import { memoryOnce, type Once, type Order } from 'koa-wxpay';
import { type Answer, merchant, notice, notifyShop, order, payment, type TestShop } from '../support/shop.js';

const ACK: Answer = {
  status: 200,
  type: 'text/xml; charset=utf-8',
  body: '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>',
};
const refusal = (status: number): Answer => ({
  status,
  type: 'text/xml; charset=utf-8',
  body: '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[FAIL]]></return_msg></xml>',
});

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

describe('what is no payment', () => {
  test('is acknowledged once onIgnored took it', async () => {
    const ignored: unknown[] = [];
    shop = await notifyShop({ onIgnored: (raw) => void ignored.push(raw) });
    expect(await shop.post(notice({ result_code: 'FAIL', err_code: 'SYSTEMERROR' }))).toEqual(ACK);
    expect(ignored).toEqual([expect.objectContaining({ result_code: 'FAIL', err_code: 'SYSTEMERROR' })]);
    expect(shop.handled).toEqual([]);
  });
  test('is not acknowledged when onIgnored fails', async () => {
    shop = await notifyShop({ onIgnored: () => Promise.reject(new Error('queue down')) });
    expect(await shop.post(notice({ result_code: 'FAIL' }))).toEqual(refusal(500));
  });
});

describe('the state of the order', () => {
  const paidBy = '4200001234202601011234567890';
  test('paid by this transaction: acknowledged without the handler', async () => {
    shop = await notifyShop({ findOrder: async () => order({ state: 'paid', transaction_id: paidBy }) });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.handled).toEqual([]);
  });
  test('paid by another transaction: acknowledged only when onAnomaly says so', async () => {
    const anomalies: string[] = [];
    shop = await notifyShop({
      findOrder: async () => order({ state: 'paid', transaction_id: '4200009999202601019999999999' }),
      onAnomaly: ({ code }) => {
        anomalies.push(code);
        return 'ack';
      },
    });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(anomalies).toEqual(['second_payment']);
    expect(shop.handled).toEqual([]);
  });
  test('the same number paid twice by two transactions: a conflict, not an acknowledgement', async () => {
    shop = await notifyShop();
    await shop.post(notice());
    expect(await shop.post(notice({ transaction_id: '4200009999202601019999999999' }))).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_CONFLICT']);
  });
  test('findOrder that throws is a failure of the shop: WeChat asks again', async () => {
    shop = await notifyShop({ findOrder: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
  });
});

describe('64 copies at once', () => {
  test('one effect, and no success before it is durable', async () => {
    let durable = false;
    let effects = 0;
    let begun = () => {};
    let finish = () => {};
    const running = new Promise<void>((resolve) => (begun = resolve));
    const released = new Promise<void>((resolve) => (finish = resolve));
    shop = await notifyShop(
      {},
      {
        handler: async (ctx) => {
          expect(ctx.state.wxpay.notice.type).toBe('payment.success');
          effects++;
          begun();
          await released;
          durable = true;
        },
      },
    );
    const early: Answer[] = [];
    const copies = Array.from({ length: 64 }, () =>
      shop.post(notice()).then((answer) => {
        if (answer.status === 200) expect(durable).toBe(true);
        else early.push(answer);
        return answer;
      }),
    );
    await running;
    while (early.length === 0) await new Promise((resolve) => setImmediate(resolve));
    finish();
    const answers = await Promise.all(copies);
    for (const answer of answers) expect([ACK, refusal(503)]).toContainEqual(answer);
    expect(await shop.post(notice())).toEqual(ACK);
    expect(effects).toBe(1);
  });
});

describe('the handler', () => {
  const failing = async (handler: NonNullable<Parameters<typeof notifyShop>[1]>['handler']) => {
    shop = await notifyShop({}, { handler });
    const answer = await shop.post(notice());
    return { answer, code: shop.codes[0], message: shop.errors[0]?.message, cause: shop.errors[0]?.cause };
  };

  test('that throws is not acknowledged; the next copy runs it again', async () => {
    let tries = 0;
    const thrown = new Error('disk full');
    const first = await failing((ctx) => {
      expect(ctx.state.wxpay.notice).toBeDefined();
      if (++tries === 1) throw thrown;
    });
    expect(first).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_HANDLER_FAILED', cause: thrown });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(tries).toBe(2);
  });
  test('that answers 400 or more is not acknowledged', async () => {
    const { answer, message } = await failing((ctx) => {
      expect(ctx.state.wxpay.notice).toBeDefined();
      ctx.status = 422;
    });
    expect(answer).toEqual(refusal(503));
    expect(message).toContain('answered 422');
  });
  test('that is missing is not acknowledged, and the error says what to mount', async () => {
    const { answer, message } = await failing(null);
    expect(answer).toEqual(refusal(503));
    expect(message).toContain('mount the handler');
  });
  test('that does not look at the notice is a handler: what it wrote is for the store to say', async () => {
    const { answer } = await failing(() => {});
    expect(answer).toEqual(ACK);
  });
  test('is given a notice that is plain data: reading it has no effect', async () => {
    let seen: PropertyDescriptor | undefined;
    const { answer } = await failing((ctx) => {
      seen = Object.getOwnPropertyDescriptor(ctx.state.wxpay, 'notice');
    });
    expect([answer, seen]).toEqual([ACK, expect.objectContaining({ value: expect.any(Object), writable: true })]);
  });
  test('that sets a body of its own does not change the acknowledgement', async () => {
    const { answer } = await failing((ctx) => {
      ctx.body = { ok: ctx.state.wxpay.notice.type };
    });
    expect(answer).toEqual(ACK);
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

describe('the deadline', () => {
  /** Behind a short deadline first, and then over the same store with the usual one: a slow machine misses the short one. */
  const lateThenUsual = async (handler: Koa.Middleware, between: () => unknown): Promise<Answer[]> => {
    const once = memoryOnce();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const noted: Koa.Middleware = (ctx, next) => {
      begin();
      return handler(ctx, next);
    };
    const hasty = await notifyShop({ deadline: 50, once }, { handler: noted });
    shop = await notifyShop({ once }, { handler });
    const late = await hasty.post(notice());
    expect(hasty.codes).toEqual(['ERR_WXPAY_DEADLINE']);
    await begun;
    await between();
    const next = await shop.post(notice());
    await hasty.close();
    return [late, next];
  };
  test('is answered "not yet" while the handler works on; the next copy finds it done', async () => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    let runs = 0;
    let done = () => {};
    const finished = new Promise<void>((resolve) => (done = resolve));
    const answers = await lateThenUsual(
      async (ctx) => {
        expect(ctx.state.wxpay.notice).toBeDefined();
        runs++;
        await released;
        // Too late to change the answer.
        ctx.status = 200;
        ctx.body = 'late';
        done();
      },
      () => {
        finish();
        return finished;
      },
    );
    expect(answers).toEqual([refusal(503), ACK]);
    expect(runs).toBe(1);
  });
  test.each<[string, (ctx: Koa.Context) => void]>([
    ['500', (ctx) => (ctx.status = 500)],
    ['503 and why', (ctx) => Object.assign(ctx, { status: 503, body: { error: 'no stock' } })],
    ['why, and then 503', (ctx) => Object.assign(ctx, { body: { error: 'no stock' }, status: 503 })],
  ])('a handler that says %s after the deadline has failed all the same', async (_, fail) => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    let runs = 0;
    const answers = await lateThenUsual(
      async (ctx) => {
        expect(ctx.state.wxpay.notice).toBeDefined();
        if (++runs > 1) return;
        await released;
        fail(ctx);
      },
      () => finish(),
    );
    expect(answers).toEqual([refusal(503), ACK]);
    expect(runs).toBe(2);
  });
  test('holds for findOrder too', async () => {
    shop = await notifyShop({ deadline: 50, findOrder: () => new Promise(() => {}) });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_DEADLINE']);
  });
});

describe('with fulfil', () => {
  test('it is the effect, and what follows runs after the commit without tx and cannot change the answer', async () => {
    const steps: string[] = [];
    shop = await notifyShop(
      {
        once: async (_, work) => {
          await work('transaction');
          steps.push('commit');
          return 'ran';
        },
        fulfil: async ({ type }, { tx, signal }) => void steps.push(`${type} in ${tx}, ${signal.aborted}`),
      },
      {
        handler: (ctx) => {
          steps.push(`next: ${ctx.state.wxpay.notice.type}, ${ctx.state.wxpay.tx}`);
          ctx.throw(500, 'mail server down');
        },
      },
    );
    expect(await shop.post(notice())).toEqual(ACK);
    expect(steps).toEqual(['payment.success in transaction, false', 'commit', 'next: payment.success, undefined']);
    expect(shop.errors.map(({ message }) => message)).toEqual(['mail server down']);
  });
  test.each<[string, Koa.Middleware]>([
    ['never ends', () => new Promise(() => {})],
    ['takes the response for itself', (ctx) => void Object.assign(ctx, { respond: false })],
    ['ends the response with 500', (ctx) => void Object.assign(ctx.res, { statusCode: 500 }).end()],
    ['answers 500', (ctx) => void Object.assign(ctx, { status: 500, body: 'no' })],
  ])('committed is committed, and is acknowledged at once, when what follows %s', async (_, handler) => {
    shop = await notifyShop({ fulfil: async () => {} }, { handler });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.codes).toEqual([]);
  });
  test('what follows a late fulfil runs after its commit, too', async () => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    let follow = () => {};
    const followed = new Promise<void>((resolve) => (follow = resolve));
    shop = await notifyShop({ deadline: 50, fulfil: () => released }, { handler: () => follow() });
    expect(await shop.post(notice())).toEqual(refusal(503));
    finish();
    await followed;
    expect(shop.codes).toEqual(['ERR_WXPAY_DEADLINE']);
  });
});

describe('a store', () => {
  const storeThat = async (once: Once) => {
    shop = await notifyShop({ once });
    const answer = await shop.post(notice());
    return { answer, code: shop.codes[0], message: shop.errors[0]?.message };
  };
  test('that is down is not acknowledged', async () => {
    const result = await storeThat(() => Promise.reject(new Error('ECONNREFUSED')));
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_STORE_FAILED' });
  });
  test('that says busy is not acknowledged', async () => {
    expect(await storeThat(async () => 'busy')).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_BUSY' });
  });
  test('that answers a word nobody knows is not acknowledged', async () => {
    const result = await storeThat((async () => true) as never);
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_STORE_FAILED' });
    expect(result.message).toContain('it answered true');
  });
  test("that says 'ran' without running the work is not believed", async () => {
    const result = await storeThat(async () => 'ran');
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_STORE_FAILED' });
  });
  test("that says 'ran' without awaiting the work is not believed", async () => {
    shop = await notifyShop(
      {
        once: async (_, work) => {
          void work(undefined).catch(() => {});
          return 'ran';
        },
      },
      { handler: async (ctx) => void (await new Promise((resolve) => setImmediate(resolve, ctx.state.wxpay.notice))) },
    );
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
  });
  test("that says 'already' while the work runs is not believed", async () => {
    const working = async (_: unknown, work: (tx: unknown) => Promise<void>) => {
      void work(undefined).catch(() => {});
      return 'already' as const;
    };
    shop = await notifyShop({ once: working, fulfil: () => new Promise(() => {}) });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
  });
  test('that calls work after it has answered is refused the call', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const result = await storeThat(async (_, work) => {
      late = new Promise((resolve) => setImmediate(resolve)).then(() => work(undefined));
      late.catch(() => {});
      return 'busy';
    });
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_BUSY' });
    await expect(late).rejects.toThrow('it called work after it had answered');
    expect(shop.handled).toEqual([]);
  });
  test.each<[string, () => unknown]>([
    ['nothing that can be printed', () => Object.create(null)],
    ['an error whose message is no text', () => Object.assign(new Error(), { message: 42 })],
  ])('and a handler that throws %s has failed with a code', async (_, thrown) => {
    shop = await notifyShop({
      fulfil: async () => {
        throw thrown();
      },
    });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_HANDLER_FAILED']);
  });
  test('text of strangers in an error is one line of a log, and no more than a line', async () => {
    const text = `x\n2026-01-01 INFO order paid\u001b[2K${'y'.repeat(500)}`;
    const { message } = await storeThat(() => Promise.reject(new Error('down'))).then(async () => {
      await shop.close();
      shop = await notifyShop({ fulfil: () => Promise.reject(new Error(text)) });
      await shop.post(notice());
      return shop.errors[0] as Error;
    });
    expect(message).toContain('x\\u000a2026-01-01 INFO order paid\\u001b[2Kyyy');
    expect(message.length).toBeLessThan(300);
  });
  test('that runs the rest of the chain twice is told to be given fulfil', async () => {
    const memory = memoryOnce();
    const result = await storeThat(async (claim, work) => {
      await memory({ ...claim, key: 'a' }, work);
      return memory({ ...claim, key: 'b' }, work);
    });
    expect(result.answer).toEqual(refusal(503));
    expect(result.message).toContain('give "fulfil"');
  });
});

describe('a logger that throws changes no verdict', () => {
  const loud = (app: Koa) =>
    app.on('error', () => {
      throw new Error('log disk full');
    });
  const envelope = (app: Koa) =>
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status = 200;
        ctx.body = { code: 1 };
      }
    });
  const around = (app: Koa) => {
    loud(app);
    envelope(app);
  };
  test('when the handler fails', async () => {
    shop = await notifyShop({}, { around, handler: (ctx) => ctx.throw(500, ctx.state.wxpay.notice.type) });
    expect(await shop.post(notice())).toEqual(refusal(503));
  });
  test('when the time is over, and when the late handler fails', async () => {
    let fail = () => {};
    const failing = new Promise<void>((_, reject) => (fail = () => reject(new Error('disk full'))));
    failing.catch(() => {});
    shop = await notifyShop({ deadline: 50 }, { around, handler: (ctx) => ctx.state.wxpay.notice && failing });
    expect(await shop.post(notice())).toEqual(refusal(503));
    fail();
    await new Promise((resolve) => setImmediate(resolve));
    const next = await notifyShop({}, { around });
    expect((await next.post(notice({ total_fee: '1' }))).status).toBe(500);
    await next.close();
  });
  test('when a stranger knocks', async () => {
    shop = await notifyShop({}, { around });
    expect((await shop.post('hello')).status).toBe(401);
  });
});

describe('an answer that leaves before the effect is durable', () => {
  const overridden = 'ERR_WXPAY_ANSWER_OVERRIDDEN';
  test('by a middleware with a time-out: found out, whatever the handler does then', async () => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    shop = await notifyShop(
      {},
      {
        around: (app) =>
          app.use(async (ctx, next) => {
            const rest = next();
            ctx.respond = false;
            ctx.res.statusCode = 200;
            ctx.res.end('still working');
            finish();
            await rest;
          }),
        handler: async (ctx) => {
          await released;
          ctx.throw(500, ctx.state.wxpay.notice.type);
        },
      },
    );
    expect((await shop.post(notice())).status).toBe(200);
    while (shop.codes.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect([...shop.codes].sort()).toEqual([overridden, 'ERR_WXPAY_HANDLER_FAILED']);
  });
  test('by a handler on the raw response with 500: it has failed, and the next copy runs it again', async () => {
    let runs = 0;
    shop = await notifyShop(
      {},
      {
        handler: (ctx) => {
          expect(ctx.state.wxpay.notice).toBeDefined();
          if (++runs > 1) return;
          ctx.respond = false;
          ctx.res.statusCode = 500;
          ctx.res.end();
        },
      },
    );
    expect((await shop.post(notice())).status).toBe(500);
    expect(await shop.post(notice())).toEqual(ACK);
    expect(runs).toBe(2);
  });
  test('a store that gives up while the handler runs: nothing the handler says later is sent', async () => {
    let speak = () => {};
    const spoken = new Promise<void>((resolve) => (speak = resolve));
    shop = await notifyShop(
      {
        once: async (_, work) => {
          void work(undefined).catch(() => {});
          throw new Error('connection lost');
        },
      },
      {
        around: (app) =>
          app.use(async (_, next) => {
            await next();
            speak();
            await new Promise((resolve) => setImmediate(resolve));
          }),
        handler: async (ctx) => {
          expect(ctx.state.wxpay.notice).toBeDefined();
          await spoken;
          ctx.status = 204;
        },
      },
    );
    expect(await shop.post(notice())).toEqual(refusal(503));
  });
});

describe('headers', () => {
  test('a handler sets are not those of the acknowledgement; those from above stay', async () => {
    const around = (app: Koa) =>
      app.use((ctx, next) => {
        ctx.set('X-Request-Id', '7');
        return next();
      });
    const handler: Koa.Middleware = (ctx) => {
      expect(ctx.state.wxpay.notice).toBeDefined();
      ctx.set({ 'Content-Encoding': 'gzip', Location: '/elsewhere' });
    };
    shop = await notifyShop({}, { around, handler });
    const { body, headers } = notice();
    const answer = await fetch(shop.url, { method: 'POST', body, headers });
    expect([answer.status, await answer.text()]).toEqual([200, ACK.body]);
    expect(['x-request-id', 'content-encoding', 'location'].map((name) => answer.headers.get(name))).toEqual([
      '7',
      null,
      null,
    ]);
  });
  test('that somebody sent before a refusal: the connection ends without an acknowledgement, and it is told', async () => {
    const around = (app: Koa) =>
      app.use((ctx, next) => {
        ctx.res.writeHead(200, { 'content-length': '5' });
        ctx.res.flushHeaders();
        return next();
      });
    shop = await notifyShop({ fulfil: () => Promise.reject(new Error('down')) }, { around });
    await expect(shop.post(notice())).rejects.toThrow();
    expect([...shop.codes].sort()).toEqual(['ERR_WXPAY_ANSWER_OVERRIDDEN', 'ERR_WXPAY_HANDLER_FAILED']);
  });
});

describe('middlewares above', () => {
  test('the time they took counts: the deadline runs from the headers of the request', async () => {
    shop = await notifyShop(
      { deadline: 100 },
      {
        around: (app) =>
          app.use(async (ctx, next) => {
            ctx.state.began = performance.now();
            while (performance.now() - ctx.state.began < 100) await new Promise((resolve) => setImmediate(resolve));
            await next();
          }),
        handler: (ctx) => new Promise((resolve) => setImmediate(resolve, ctx.state.wxpay.notice)),
      },
    );
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toContain('ERR_WXPAY_DEADLINE');
  });

  const envelope = (app: Koa) =>
    app.use(async (ctx, next) => {
      await next();
      ctx.status = 200;
      ctx.body = { code: 0, data: ctx.body };
    });
  test('one that rewrites every answer cannot turn a refusal into an acknowledgement', async () => {
    shop = await notifyShop({}, { around: envelope });
    expect(await shop.post(notice({ total_fee: '1' }, payment))).toEqual(refusal(500));
    expect(shop.codes).toEqual(['ERR_WXPAY_AMOUNT_MISMATCH']);
  });
  test('one that rewrites the acknowledgement is found out; nothing is done twice for the copies that follow', async () => {
    shop = await notifyShop({}, { around: envelope });
    await shop.post(notice());
    await shop.post(notice());
    while (shop.codes.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(shop.codes).toEqual(['ERR_WXPAY_ANSWER_OVERRIDDEN', 'ERR_WXPAY_ANSWER_OVERRIDDEN']);
    expect(shop.handled).toEqual(['payment.success']);
  });
  test('one that turns thrown errors into 200 has nothing to turn: refusals are not thrown', async () => {
    shop = await notifyShop(
      {},
      {
        around: (app) =>
          app.use(async (ctx, next) => {
            try {
              await next();
            } catch {
              ctx.status = 200;
              ctx.body = 'sorry';
            }
          }),
      },
    );
    expect(await shop.post(notice({ total_fee: '1' }))).toEqual(refusal(500));
  });
});
