import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Keygrip from 'keygrip';
import Koa from 'koa';
import { wxMiniLogin, wxOAuth } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';
import { Customer } from '../../support/customer.js';
import {
  createMiniWechat,
  MINI,
  type MiniShop,
  type MiniShopSettings,
  miniShop,
  OFFICIAL,
} from '../../support/mini-shop.js';

let sim: Simulator;
let shops: MiniShop[];
beforeEach(async () => {
  sim = await createMiniWechat();
  shops = [];
});
afterEach(async () => {
  await Promise.all(shops.map((shop) => shop.close()));
  await sim.close();
});

async function open(options: Parameters<typeof miniShop>[1] = {}, settings: MiniShopSettings = {}): Promise<MiniShop> {
  const shop = await miniShop(sim, options, settings);
  shops.push(shop);
  return shop;
}

const OTHER = { appid: 'wx2222222222222222', secret: 's'.repeat(32) };
const refused = { status: 401, body: { error: 'login_required' } };
const foreign = [{ code: 'ERR_WXPAY_BAD_TOKEN', status: 401 }];

describe('a token that was not given out here', () => {
  test.each<[string, Parameters<typeof miniShop>[1], MiniShopSettings]>([
    ['for another mini program', OTHER, {}],
    ['for another scope', { scope: 'staff' }, {}],
    ['with a key that is no longer in app.keys', {}, { keys: ['new'] }],
    ['by a Keygrip with other keys', {}, { keys: new Keygrip(['k2']) }],
  ])('%s is refused, and the reason goes to the log', async (_, options, settings) => {
    const token = await (await open()).token();
    const elsewhere = await open(options, settings);
    const answer = await elsewhere.whoami(`Bearer ${token}`);
    expect(answer).toMatchObject(refused);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(elsewhere.errors).toMatchObject(foreign);
    expect(elsewhere.errors[0]?.message).not.toContain(token.slice(0, 10));
  });

  test('with any one character changed, added or left out is refused', async () => {
    const shop = await open();
    const token = await shop.token();
    const changed = [...token].flatMap((character, at) => {
      const [before, after] = [token.slice(0, at), token.slice(at + 1)];
      const other = character === 'A' ? 'B' : 'A';
      return [before + other + after, before + after, `${before}${character}${character}${after}`];
    });
    // The last character of 32 bytes in base64 carries two bits that nobody reads: compared as text, they count too.
    const answers = await Promise.all(changed.map((each) => shop.whoami(`Bearer ${each}`)));
    expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
    expect(changed.length).toBeGreaterThan(300);
  });

  test.each<[string, (token: string) => string]>([
    ['no signature', (token) => token.split('.')[0] as string],
    ['an empty signature', (token) => `${token.split('.')[0]}.`],
    ['no content', (token) => `.${token.split('.')[1]}`],
    ['three parts', (token) => `${token}.x`],
    ['an unsigned JWT', () => 'eyJhbGciOiJub25lIn0.eyJvcGVuaWQiOiJvVXBGIn0.'],
    ['nothing of ours', () => 'x'],
    ['ten thousand characters', () => 'x'.repeat(5_000).concat('.', 'y'.repeat(5_000))],
  ])('%s is refused', async (_, change) => {
    const shop = await open();
    expect(await shop.whoami(`Bearer ${change(await shop.token())}`)).toMatchObject(refused);
    expect(shop.errors).toMatchObject(foreign);
  });
});

describe('no token', () => {
  test.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['another scheme', 'Basic eDp5'],
    ['a scheme alone', 'Bearer'],
    ['two tokens', 'Bearer a.b c.d'],
  ])('%s is 401, which is no event for the log', async (_, authorization) => {
    const shop = await open();
    expect(await shop.whoami(authorization)).toMatchObject(refused);
    expect(shop.errors).toEqual([]);
  });

  test('a token in the query, in a cookie or in another header counts for nothing', async () => {
    const shop = await open();
    const token = await shop.token();
    const headers = { cookie: `token=${token}; wxpay_${MINI.appid}=${token}`, 'x-token': token };
    const response = await fetch(`${shop.url}/me?token=${token}&access_token=${token}`, { headers });
    expect(response.status).toBe(401);
  });

  test('the scheme may be written in any case', async () => {
    const shop = await open();
    expect((await shop.whoami(`bearer ${await shop.token()}`)).status).toBe(200);
  });
});

describe('the age of a token', () => {
  test('ends it after "maxAge", which a later shop may shorten', async () => {
    const shop = await open({ maxAge: 600_000 });
    const shorter = await open({ maxAge: 60_000 });
    const token = await shop.token();
    await sim.clock.advance(59_999);
    expect((await shorter.whoami(`Bearer ${token}`)).status).toBe(200);
    await sim.clock.advance(1);
    expect(await shorter.whoami(`Bearer ${token}`)).toMatchObject(refused);
    await sim.clock.advance(539_999);
    expect((await shop.whoami(`Bearer ${token}`)).status).toBe(200);
    await sim.clock.advance(1);
    expect(await shop.whoami(`Bearer ${token}`)).toMatchObject(refused);
    expect([...shop.errors, ...shorter.errors]).toEqual([]);
  });

  test('may lie a minute in the future, as the clocks of several machines differ', async () => {
    const [early, late] = [await open(), await open({ now: () => sim.clock.now() - 59_000 })];
    const token = await early.token();
    expect((await late.whoami(`Bearer ${token}`)).status).toBe(200);
    const later = await open({ now: () => sim.clock.now() - 61_000 });
    expect(await later.whoami(`Bearer ${token}`)).toMatchObject(refused);
  });
});

describe('app.keys', () => {
  test.each<[string, Koa['keys'], Koa['keys']]>([
    ['a list', ['old'], ['new', 'old']],
    ['a Keygrip', new Keygrip(['old']), new Keygrip(['new', 'old'])],
  ])('%s is rotated without logging anybody out', async (_, before, after) => {
    const token = await (await open({}, { keys: before })).token();
    const rotated = await open({}, { keys: after });
    expect((await rotated.whoami(`Bearer ${token}`)).status).toBe(200);
    const fresh = await rotated.token();
    expect(fresh).not.toBe(token);
    const old = await open({}, { keys: before });
    expect((await old.whoami(`Bearer ${fresh}`)).status).toBe(401);
  });

  test.each([
    ['none', null],
    ['an empty list', []],
    ['an empty key', ['k', '']],
  ])('%s: nobody is logged in and nobody is let in', async (_, keys) => {
    const shop = await open({}, { keys });
    expect((await shop.post('/login', { code: sim.code({ appid: MINI.appid }) })).status).toBe(500);
    expect((await shop.whoami('Bearer a.b')).status).toBe(500);
    expect(shop.errors).toMatchObject([{ code: 'ERR_WXPAY_MOUNT' }, { code: 'ERR_WXPAY_MOUNT' }]);
    expect(shop.errors[0]?.message).toContain('wxMiniLogin signs its tokens');
  });
});

describe('beside wxOAuth with the same keys', () => {
  /** One application with an official account for pages and a mini program. Both keep their users apart. */
  async function bothDoors() {
    const origin = sim.phoneUrl;
    const oauth = wxOAuth({
      appid: OFFICIAL,
      secret: sim.app.secret,
      origin,
      baseUrl: sim.url,
      authorizeUrl: `${origin}/connect/oauth2/authorize`,
      now: sim.clock.now,
    });
    const shop = await open(
      {},
      { before: [(ctx, next) => (ctx.path === '/page' ? oauth(ctx as never, () => show(ctx)) : next())] },
    );
    sim.phone.shop = shop.url;
    return shop;
  }
  const show = async (ctx: Koa.Context): Promise<void> => {
    ctx.body = ctx.state.wxpay;
  };

  test('the cookie of a page is no token', async () => {
    const shop = await bothDoors();
    const customer = new Customer(sim);
    expect((await customer.open('/page')).body).toEqual({ openid: sim.people[0]?.openid(OFFICIAL) });
    const pairs = customer.cookies().split(/;\s*/);
    const [name, value] = (pairs.find((pair) => pair.startsWith(`wxpay_${OFFICIAL}=`)) ?? '').split('=');
    expect(value).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(await shop.whoami(`Bearer ${value}`)).toMatchObject(refused);
    expect(await shop.whoami(`Bearer ${name}=${value}`)).toMatchObject(refused);
  });

  test('a token is no cookie of a page', async () => {
    const shop = await bothDoors();
    const token = await shop.token();
    for (const name of [`wxpay_${OFFICIAL}`, `wxpay_${MINI.appid}`, 'token', `token ${MINI.appid} user `]) {
      const headers = { cookie: `${name}=${token}`, accept: 'application/json', 'sec-fetch-mode': 'cors' };
      const response = await fetch(`${shop.url}/page`, { headers });
      expect([response.status, await response.json()]).toEqual([
        401,
        expect.objectContaining({ error: 'openid_required' }),
      ]);
    }
  });

  test('two mini programs in one application do not take each other’s tokens', async () => {
    const app = new Koa();
    app.keys = ['k'];
    const [first, second] = [MINI, OTHER].map((account) =>
      wxMiniLogin({ ...account, baseUrl: sim.url, now: sim.clock.now }),
    );
    expect(first?.guard).not.toBe(second?.guard);
    const [mine, theirs] = [await open(), await open(OTHER)];
    expect(await theirs.whoami(`Bearer ${await mine.token()}`)).toMatchObject(refused);
  });
});
