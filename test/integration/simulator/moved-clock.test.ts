import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createWxpay, type Wxpay } from 'koa-wxpay';
import { createSimulator, type PlatformMode, type Simulator } from 'koa-wxpay/simulator';
import { readNotice } from '../../support/read-notice.js';
import { createShop, type Received, type Shop } from './support.js';
import { call, QUERY } from './v3-support.js';

const DAY = 86_400_000;
const REAL = 1_800_000_000_000;
/** The clock of the shop. Nothing moves it but these tests. */
let real = REAL;

let sim: Simulator;
let shop: Shop;
beforeEach(async () => {
  real = REAL;
  shop = await createShop((res) => res.writeHead(204).end());
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

const start = async (
  timestamps: 'simulated' | 'real' | 'strict',
  platform: PlatformMode = 'publicKey',
): Promise<void> => {
  sim = await createSimulator({ now: () => real, rules: { timestamps }, merchant: { platform } });
};

/** A shop in another process: its clock is the real one. */
const shopWith = (now: () => number): Wxpay =>
  createWxpay({
    appid: sim.app.appid,
    mchid: sim.merchant.mchid,
    notifyUrl: shop.url,
    v3: sim.merchant.v3,
    baseUrl: sim.url,
    now,
  });

async function buy(wxpay: Wxpay): Promise<Received> {
  const openid = sim.people[0]?.openid(sim.app.appid) as string;
  const order = { out_trade_no: 'SHOP00A17', description: '一杯茶', amount: { total: 1990 } };
  await wxpay.prepay(order, { openid });
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  await sim.settled();
  return shop.received.at(-1) as Received;
}

const read = (wxpay: Wxpay, { body, headers }: Received) =>
  readNotice(
    wxpay,
    body,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [String(value)]])),
  );

describe.each(['publicKey', 'certificates', 'mixed'] as const)(
  'a shop in another process, with %s',
  (platform) => {
    test.each([30 * DAY, -30 * DAY])(
      'orders, verifies and refunds when the clock of WeChat moved by %d ms',
      async (moved) => {
        await start('real', platform);
        await sim.clock.set(REAL + moved);
        const wxpay = shopWith(() => real);
        const notice = await read(wxpay, await buy(wxpay));
        const success_time = expect.any(String);
        expect(notice).toMatchObject({ type: 'payment.success', payment: { success_time } });
        // The content tells the time of WeChat.
        const paidAt = 'payment' in notice ? Date.parse(String(notice.payment.success_time)) : 0;
        expect(paidAt).toBe(REAL + moved);
        expect(await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({
          trade_state: 'SUCCESS',
        });
      },
    );
  },
);

test('a retry a day later is dated by the clock of the shop', async () => {
  await start('real');
  const wxpay = shopWith(() => real);
  shop.answer = (res) => res.writeHead(500).end();
  await buy(wxpay);
  await sim.clock.advance(DAY);
  expect(shop.received.length).toBeGreaterThan(10);
  for (const received of shop.received) {
    expect(await read(wxpay, received)).toMatchObject({ type: 'payment.success' });
  }
});

test('a certificate that is issued in the future of the shop is valid for it today', async () => {
  await start('real', 'certificates');
  const wxpay = shopWith(() => real);
  await wxpay.ready();
  await sim.clock.advance(30 * DAY);
  sim.merchant.keys.rotate();
  // A client downloads certificates at most once a minute.
  real += 120_000;
  const notice = await read(wxpay, await buy(wxpay));
  expect(notice).toMatchObject({ type: 'payment.success' });
});

test('a shop that follows the clock of the simulator is served as well', async () => {
  await start('simulated');
  await sim.clock.advance(30 * DAY);
  const wxpay = shopWith(sim.clock.now);
  expect(await read(wxpay, await buy(wxpay))).toMatchObject({ type: 'payment.success' });
});

test.each(['simulated', 'real'] as const)(
  'requests are answered by the clock that they came with, whatever dates notifications (%s)',
  async (timestamps) => {
    await start(timestamps);
    await sim.clock.advance(DAY);
    const path = QUERY.replace('{out_trade_no}', `NONE01?mchid=${sim.merchant.mchid}`);
    for (const now of [REAL, REAL + DAY]) {
      const changes = { timestamp: now / 1000 };
      // A query that finds nothing: the signature and its time were accepted.
      expect((await call(sim, 'GET', path, undefined, changes)).status).toBe(404);
    }
    const between = { timestamp: (REAL + DAY / 2) / 1000 };
    expect((await call(sim, 'GET', path, undefined, between)).status).toBe(401);
  },
);

describe('the strict mode shows what a wrong clock does', () => {
  beforeEach(async () => {
    await start('strict');
  });

  test('a request is refused, and the log says by how much', async () => {
    await sim.clock.advance(600_000);
    await expect(buy(shopWith(() => real))).rejects.toMatchObject({ wechatCode: 'SIGN_ERROR' });
    expect(sim.requests[0]?.notes.join()).toContain("600 s behind the simulator's clock");
  });

  test('a notification is refused by the shop', async () => {
    const wxpay = shopWith(() => real);
    shop.answer = (res) => res.writeHead(500).end();
    await buy(wxpay);
    await sim.clock.advance(DAY);
    const late = shop.received.at(-1) as Received;
    await expect(read(wxpay, late)).rejects.toMatchObject({ code: 'ERR_WXPAY_CLOCK_SKEW' });
  });
});

describe('an access token', () => {
  const token = async (): Promise<string> => {
    const { appid, secret } = sim.app;
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
    const response = await fetch(`${sim.url}/cgi-bin/token?${query}`);
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const ticket = async (access_token: string) => {
    const query = new URLSearchParams({ access_token, type: 'jsapi' });
    return (await fetch(`${sim.url}/cgi-bin/ticket/getticket?${query}`)).json();
  };

  test.each([
    ['real', 0],
    ['simulated', 40001],
  ] as const)('expires by the clock of the shop (%s)', async (timestamps, errcode) => {
    await start(timestamps);
    const access_token = await token();
    await sim.clock.advance(DAY);
    expect(await ticket(access_token)).toMatchObject({ errcode });
  });
});
