import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa, { type Middleware } from 'koa';
import {
  createSettlement,
  leaseOnce,
  memoryOnce,
  nextTradeNo,
  type Once,
  type Order,
  type OrderRef,
  type Wxpay,
  wxNotify,
  wxPrepay,
  wxSettle,
} from 'koa-wxpay';
import { mysqlOnce } from 'koa-wxpay/mysql';
import { postgresOnce } from 'koa-wxpay/postgres';
import { redisOnce } from 'koa-wxpay/redis';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening, order } from '../support/shop.js';
import { stoppedClock } from '../support/stopped-clock.js';
import { merchantOf, type Version, versions } from '../support/versions.js';

/** A shop with one order, kept in memory: its present form, and what it was under each number it ever had. */
class Shop {
  readonly numbers = new Map<string, Order>();
  current: Order = order();
  readonly effects: string[] = [];
  readonly errors: string[] = [];
  payer = '';
  failures = 0;
  queries = 0;
  readonly sim: Simulator;
  readonly wxpay: Wxpay;
  readonly server: Server;
  readonly url: string;
  readonly settlement;

  constructor(sim: Simulator, version: Version, server: Server, options: { reissue?: boolean }) {
    this.sim = sim;
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asking = merchantOf(sim, version, { notifyUrl: `${this.url}/notify` });
    this.wxpay = Object.freeze({
      ...asking,
      queryOrder: (ref: OrderRef) => {
        this.queries++;
        return asking.queryOrder(ref);
      },
    });
    this.payer = sim.people[0]?.openid(sim.app.appid) as string;
    this.settlement = createSettlement<undefined>({
      wxpay: this.wxpay,
      findOrder: async (out_trade_no) => this.numbers.get(out_trade_no) ?? null,
      once: memoryOnce(),
      fulfil: async (notice) => {
        if (notice.type !== 'payment.success') return;
        if (this.failures-- > 0) throw new Error('disk full');
        const { out_trade_no, transaction_id } = notice.payment;
        this.effects.push(out_trade_no);
        this.change({ state: 'paid', transaction_id });
      },
    });
    const look = async () => this.current;
    const app = new Koa();
    app.on('error', (error: { code?: string; message: string }) => this.errors.push(error.code ?? error.message));
    const json: Middleware = async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        const { status = 500, code, message } = error as { status?: number; code?: string; message: string };
        ctx.status = status;
        ctx.body = { code, message };
      }
    };
    const reissue = options.reissue === false ? {} : { settlement: this.settlement, reissue: this.reissue };
    const pages: Record<string, Middleware> = {
      '/notify': wxNotify(this.settlement),
      '/settle': wxSettle(this.settlement, { order: look }),
      '/pay': wxPrepay({ wxpay: this.wxpay, order: look, openid: () => this.payer, ...reissue }),
    };
    app.use((ctx, next) => (ctx.path === '/notify' ? next() : json(ctx, next)));
    app.use((ctx, next) => (pages[ctx.path] as Middleware)(ctx, next));
    app.use((ctx) => {
      if (ctx.path === '/pay') ctx.body = ctx.state.wxpay;
    });
    server.on('request', app.callback());
    this.change({});
  }

  /** The order as it is now, also under its number. */
  change(changes: Partial<Order>): void {
    this.current = { ...this.current, ...changes } as Order;
    this.numbers.set(this.current.out_trade_no, this.current);
  }

  /** Atomic: when the order bears another number already, that one is returned. */
  readonly reissue = async (old: Order): Promise<Order> => {
    if (this.current.out_trade_no === old.out_trade_no) this.change({ out_trade_no: nextTradeNo(old.out_trade_no) });
    return this.current;
  };

  async get(path: string): Promise<{ status: number; cache: string | null; body: Record<string, never> }> {
    const response = await fetch(this.url + path);
    return {
      status: response.status,
      cache: response.headers.get('cache-control'),
      body: (await response.json()) as Record<string, never>,
    };
  }
}

let sim: Simulator;
let shop: Shop;
const open = async (version: Version, options = {}) => {
  shop = new Shop(sim, version, await listening(createServer()), options);
  return shop;
};
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
});
afterEach(async () => {
  shop.server.closeAllConnections();
  shop.server.close();
  await sim.close();
});

describe.each(versions)('API %s', (version) => {
  test('from the page to paid: prepay, cashier, notification, acknowledged once', async () => {
    await open(version);
    const { status, cache, body } = await shop.get('/pay');
    expect([status, cache]).toEqual([200, 'no-store']);
    const { jsapi, chooseWXPay, prepay_id } = body as Record<string, Record<string, string>>;
    expect(Object.keys(jsapi ?? {}).sort()).toEqual([
      'appId',
      'nonceStr',
      'package',
      'paySign',
      'signType',
      'timeStamp',
    ]);
    expect(chooseWXPay).toEqual({
      timestamp: jsapi?.timeStamp,
      nonceStr: jsapi?.nonceStr,
      package: `prepay_id=${prepay_id}`,
      signType: jsapi?.signType,
      paySign: jsapi?.paySign,
    });
    expect(await sim.pay(jsapi as never)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    await sim.settled();
    expect(shop.effects).toEqual(['SHOP00A17']);
    expect(sim.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([true]);
    expect((await shop.get('/settle')).body).toEqual({ trade_state: 'SUCCESS', paid: true });
    expect(shop.errors).toEqual([]);
  });

  test('a handler that fails twice is asked again 15 s and 15 s later, and settles once', async () => {
    await open(version);
    shop.failures = 2;
    await shop.get('/pay');
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    expect(shop.effects).toEqual([]);
    await sim.clock.advance(24 * 3600 * 1000);
    expect(shop.effects).toEqual(['SHOP00A17']);
    expect(sim.deliveries.map(({ attempt, acknowledged }) => [attempt, acknowledged])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(shop.errors).toEqual(['ERR_WXPAY_HANDLER_FAILED', 'ERR_WXPAY_HANDLER_FAILED']);
  });

  test('64 copies of one notification: one effect', async () => {
    await open(version);
    await shop.get('/pay');
    sim.switches.next({ notify: { duplicate: 64 } });
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    expect(sim.deliveries.length).toBe(64);
    expect(shop.effects).toEqual(['SHOP00A17']);
  });

  describe('without a notification', () => {
    beforeEach(async () => {
      await open(version);
      sim.switches.notification = 'never';
      await shop.get('/pay');
    });
    test('a page that polls sees NOTPAY, then paid; the order is settled once', async () => {
      expect((await shop.get('/settle')).body).toEqual({ trade_state: 'NOTPAY', paid: false });
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      await sim.clock.advance(5_000);
      const answers = await Promise.all([shop.get('/settle'), shop.get('/settle'), shop.get('/settle')]);
      for (const { body, cache } of answers) {
        expect(body).toEqual({ trade_state: 'SUCCESS', paid: true });
        expect(cache).toBe('no-store');
      }
      expect(shop.effects).toEqual(['SHOP00A17']);
    });
    test('an ok that WeChat does not know of yet is not believed', async () => {
      sim.switches.lag = 3_000;
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      expect((await shop.get('/settle')).body).toEqual({ trade_state: 'NOTPAY', paid: false });
      await sim.clock.advance(5_000);
      expect((await shop.get('/settle')).body).toEqual({ trade_state: 'SUCCESS', paid: true });
    });
    test('a page that polls without a pause is one query in each interval, whoever polls', async () => {
      for (let poll = 0; poll < 50; poll++) await shop.get('/settle');
      await Promise.all(Array.from({ length: 50 }, () => shop.get('/settle')));
      expect(shop.queries).toBe(1);
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      await sim.clock.advance(5_000);
      for (let poll = 0; poll < 50; poll++) {
        expect((await shop.get('/settle')).body).toEqual({ trade_state: 'SUCCESS', paid: true });
      }
      expect(shop.queries).toBe(2);
    });
    test('an order WeChat has never heard of is unpaid', async () => {
      shop.change({ out_trade_no: 'SHOP00A18' });
      expect((await shop.get('/settle')).body).toEqual({ trade_state: 'NOTPAY', paid: false });
    });
    test('an order paid at another amount than the shop knows is not settled', async () => {
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      shop.change({ amount: { total: 1 } });
      expect(await shop.get('/settle')).toMatchObject({ status: 500, body: { code: 'ERR_WXPAY_AMOUNT_MISMATCH' } });
      expect(shop.effects).toEqual([]);
    });
    test('the notification that comes after all changes nothing', async () => {
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      await shop.get('/settle');
      await sim.notify('SHOP00A17');
      expect(shop.effects).toEqual(['SHOP00A17']);
      expect(sim.deliveries.at(-1)?.acknowledged).toBe(true);
    });
  });

  describe('an order that changed after it was placed', () => {
    test('at another price gets a fresh number; the old one cannot be paid any more', async () => {
      await open(version);
      await shop.get('/pay');
      shop.change({ amount: { total: 1500 } });
      const { body } = await shop.get('/pay');
      expect(body).toMatchObject({ out_trade_no: 'SHOP00A17-2' });
      expect(await sim.pay({ out_trade_no: 'SHOP00A17' })).toMatchObject({ err_msg: 'get_brand_wcpay_request:fail' });
      expect(sim.order('SHOP00A17-2')).toMatchObject({ total: 1500 });
      await sim.pay({ out_trade_no: 'SHOP00A17-2' });
      await sim.settled();
      expect(shop.effects).toEqual(['SHOP00A17-2']);
    });
    test('for another payer gets a fresh number', async () => {
      await open(version);
      await shop.get('/pay');
      shop.payer = sim.people[1]?.openid(sim.app.appid) as string;
      expect((await shop.get('/pay')).body).toMatchObject({ out_trade_no: 'SHOP00A17-2' });
    });
    test('closed at WeChat gets a fresh number', async () => {
      await open(version);
      await shop.get('/pay');
      await shop.wxpay.closeOrder('SHOP00A17');
      expect((await shop.get('/pay')).body).toMatchObject({ out_trade_no: 'SHOP00A17-2' });
    });
    test('asked for twice at once gets one fresh number', async () => {
      await open(version);
      await shop.get('/pay');
      shop.change({ amount: { total: 1500 } });
      const both = await Promise.all([shop.get('/pay'), shop.get('/pay')]);
      expect(both.map(({ body }) => (body as Record<string, unknown>).out_trade_no)).toEqual([
        'SHOP00A17-2',
        'SHOP00A17-2',
      ]);
    });
    test('paid in the meantime is settled, not charged again', async () => {
      await open(version);
      sim.switches.notification = 'never';
      await shop.get('/pay');
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      // the shop still believes it is pending; another phone asks for it
      shop.payer = sim.people[1]?.openid(sim.app.appid) as string;
      expect(await shop.get('/pay')).toMatchObject({ status: 409, body: { code: 'ERR_WXPAY_ORDER_PAID' } });
      expect(shop.effects).toEqual(['SHOP00A17']);
    });
    test('without reissue: a typed error that says so', async () => {
      await open(version, { reissue: false });
      await shop.get('/pay');
      shop.change({ amount: { total: 1500 } });
      const { status, body } = await shop.get('/pay');
      expect({ status, ...body }).toEqual({
        status: 409,
        code: 'ERR_WXPAY_ORDER_CHANGED',
        message: expect.stringMatching(/another price, payer, text or way of paying: give "reissue" and "settlement"/),
      });
    });
    test('expired is refused before WeChat is asked', async () => {
      await open(version);
      shop.change({ time_expire: new Date(sim.clock.now() - 1_000) });
      expect(await shop.get('/pay')).toMatchObject({ status: 409, body: { code: 'ERR_WXPAY_ORDER_NOT_PAYABLE' } });
    });
  });
});

describe('mistakes in mounting', () => {
  const answer = async (middleware: Middleware) => {
    await open('v2');
    const app = new Koa();
    const errors: Error[] = [];
    app.on('error', (error) => errors.push(error));
    app.use(middleware);
    const server = await listening(createServer(app.callback()));
    const { status } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
    return { status, message: errors[0]?.message, code: (errors[0] as { code?: string } | undefined)?.code };
  };
  test('wxPrepay without wxOAuth before it says what to mount where', async () => {
    const { status, code, message } = await answer((ctx, next) =>
      wxPrepay({ wxpay: shop.wxpay, order: () => order() })(ctx, next),
    );
    expect({ status, code }).toEqual({ status: 500, code: 'ERR_WXPAY_MOUNT' });
    expect(message).toContain('mount wxOAuth before wxPrepay');
  });
  test('an openid that finds nobody is 401', async () => {
    const { status } = await answer((ctx, next) =>
      wxPrepay({ wxpay: shop.wxpay, order: () => order(), openid: () => '' })(ctx, next),
    );
    expect(status).toBe(401);
  });
  test('an order that is not there is 404', async () => {
    const { status } = await answer((ctx, next) =>
      wxPrepay({ wxpay: shop.wxpay, order: () => null, openid: () => 'o1' })(ctx, next),
    );
    expect(status).toBe(404);
  });
  test('options that cannot work are TypeErrors at creation', async () => {
    const { wxpay, settlement } = await open('v2');
    const look = () => order();
    expect(() => wxPrepay({ wxpay } as never)).toThrow('"order" must be a function');
    expect(() => wxPrepay({ order: look } as never)).toThrow('"wxpay" must be what createWxpay() returns');
    expect(() => wxPrepay({ wxpay, order: look, reissue: async (o) => o })).toThrow('"reissue" needs "settlement"');
    const bare = { wxpay, findOrder: async () => null, once: memoryOnce() };
    expect(() => createSettlement(bare as never)).toThrow('"fulfil" must be a function (notice, { tx, signal })');
    expect(() => wxPrepay({ wxpay, order: look, settlement: {} as never })).toThrow('createSettlement() returns');
    expect(() => wxSettle({} as never, { order: look })).toThrow('createSettlement() returns');
    expect(() => wxSettle(settlement, {} as never)).toThrow('"order" must be a function');
    expect(() => wxNotify({ wxpay, findOrder: async () => null } as never)).toThrow(
      '"once" must be what postgresOnce(pool)',
    );
    for (const factory of [memoryOnce, leaseOnce, postgresOnce, mysqlOnce, redisOnce]) {
      expect(() => wxNotify({ wxpay, findOrder: async () => null, once: factory as never })).toThrow(
        `"once" must be what ${factory.name}() returns: call it`,
      );
    }
    const own = async (...[, work]: Parameters<Once>) => {
      await work(undefined);
      return 'ran' as const;
    };
    expect(() => wxNotify({ wxpay, findOrder: async () => null, once: own })).not.toThrow();
    expect(() => wxNotify({ wxpay, once: memoryOnce() } as never)).toThrow('"findOrder" must be a function');
    expect(() => wxNotify({ wxpay, once: memoryOnce(), findOrder: async () => null, deadline: 5000 })).toThrow(
      '"deadline" must be milliseconds, at most 4500',
    );
    expect(() => wxNotify(undefined as never)).toThrow(TypeError);
    // a timer never fires early: what is to leave by 4.5 s is decided before
    expect(settlement.deadline).toBeLessThan(4_500);
  });
});
