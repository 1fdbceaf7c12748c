import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';

let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator({
    now: stoppedClock(),
    apps: [{ appid: 'wxother', secret: 'other', scopes: ['snsapi_base'] }],
  });
  sim.switches.oauth.consent = 'allow';
});
afterAll(() => sim.close());
beforeEach(() => {
  sim.switches.clear();
  sim.switches.oauth.consent = 'allow';
});

const RID = /, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;
type Query = Record<string, string | undefined>;

async function get(path: string, query: Query): Promise<Record<string, unknown>> {
  const { status, text, headers } = await request(sim.url).get(path).query(query);
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain/);
  return JSON.parse(text) as Record<string, unknown>;
}

async function codeOf(
  scope = 'snsapi_base',
  person = 'xiaoming',
  appid = sim.app.appid,
): Promise<string> {
  const { headers } = await request(sim.url)
    .get('/connect/oauth2/authorize')
    .query({
      appid,
      redirect_uri: 'https://shop.example/',
      response_type: 'code',
      scope,
      state: 'a1',
    })
    .set('User-Agent', 'MicroMessenger/8.0.49')
    .set('Cookie', `wxsim_person=${person}`);
  return new URL(headers.location as string).searchParams.get('code') as string;
}

const exchange = (code: string | undefined, over: Query = {}) =>
  get('/sns/oauth2/access_token', {
    appid: sim.app.appid,
    secret: sim.app.secret,
    code,
    grant_type: 'authorization_code',
    ...over,
  });

describe('/sns/oauth2/access_token', () => {
  test('a code becomes an openid and a web token, without errcode', async () => {
    const answer = await exchange(await codeOf());
    expect(answer).toEqual({
      access_token: expect.any(String),
      expires_in: 7200,
      refresh_token: expect.any(String),
      openid: sim.people[0]?.openid(sim.app.appid),
      scope: 'snsapi_base',
    });
    expect(answer.openid).toMatch(/^o[\w-]{27}$/);
  });

  test('one person has another openid at every account, and one unionid', async () => {
    const own = await exchange(await codeOf('snsapi_userinfo'));
    const other = await exchange(await codeOf('snsapi_base', 'xiaoming', 'wxother'), {
      appid: 'wxother',
      secret: 'other',
    });
    expect(own.openid).not.toBe(other.openid);
    expect(own.unionid).toBe(sim.people[0]?.unionid);
    expect(other).not.toHaveProperty('unionid');
  });

  test('another person has another openid', async () => {
    const [one, two] = [
      await exchange(await codeOf()),
      await exchange(await codeOf('snsapi_base', 'xiaohong')),
    ];
    expect(one.openid).not.toBe(two.openid);
  });

  test.each<[string, Query, number]>([
    ['a missing code', { code: undefined }, 41008],
    ['a missing appid', { appid: undefined }, 41002],
    ['a missing secret', { secret: undefined }, 41004],
    ['an unknown account', { appid: 'wxnobody' }, 40013],
    ['a wrong secret', { secret: 'wrong' }, 40125],
    ['an unknown code', { code: 'never-issued' }, 40029],
    ["another account's code", { appid: 'wxother', secret: 'other' }, 40029],
    ['another grant_type', { grant_type: 'client_credential' }, 40002],
  ])('%s is refused with a number and a rid, at status 200', async (_, over, errcode) => {
    const answer = await exchange(await codeOf(), over);
    expect(answer).toEqual({ errcode, errmsg: expect.stringMatching(RID) });
  });

  test('a code is good once', async () => {
    const code = await codeOf();
    await exchange(code);
    expect(await exchange(code)).toMatchObject({
      errcode: 40163,
      errmsg: expect.stringMatching(/^code been used, rid/),
    });
    sim.switches.oauth.usedCode = 40029;
    expect(await exchange(code)).toMatchObject({ errcode: 40029 });
  });

  test('a refused secret does not spend the code', async () => {
    const code = await codeOf();
    await exchange(code, { secret: 'wrong' });
    expect(await exchange(code)).toHaveProperty('openid');
  });

  test('a code is good for five minutes', async () => {
    const [early, late] = [await codeOf(), await codeOf()];
    await sim.clock.advance(240_000);
    expect(await exchange(early)).toHaveProperty('openid');
    await sim.clock.advance(60_000);
    expect(await exchange(late)).toMatchObject({ errcode: 40029 });
  });

  test('older behaviour answers a wrong secret with 40001', async () => {
    sim.switches.oauth.wrongSecret = 40001;
    expect(await exchange(await codeOf(), { secret: 'wrong' })).toMatchObject({ errcode: 40001 });
  });

  test.each([-1, 45009])('%d can be switched, and leaves the code unspent', async (errcode) => {
    const code = await codeOf();
    sim.switches.oauth.errors['/sns/oauth2/access_token'] = errcode;
    expect(await exchange(code)).toMatchObject({ errcode });
    sim.switches.clear();
    expect(await exchange(code)).toHaveProperty('openid');
  });

  test('an answer that is lost after processing has spent the code', async () => {
    const code = await codeOf();
    sim.switches.next({ api: { '/sns/oauth2/access_token': { resetAfter: true } } });
    await expect(exchange(code)).rejects.toThrow();
    expect(await exchange(code)).toMatchObject({ errcode: 40163 });
  });
});

describe('a snapshot user', () => {
  test('has virtual ids and says so', async () => {
    const real = await exchange(await codeOf('snsapi_userinfo'));
    sim.switches.oauth.snapshot = true;
    const virtual = await exchange(await codeOf('snsapi_userinfo'));
    expect(virtual.is_snapshotuser).toBe(1);
    expect(virtual.openid).not.toBe(real.openid);
    expect(virtual.unionid).not.toBe(real.unionid);
    expect(real).not.toHaveProperty('is_snapshotuser');
  });

  test('has no profile, unless the switch says so', async () => {
    sim.switches.oauth.snapshot = true;
    const { access_token, openid } = (await exchange(await codeOf('snsapi_userinfo'))) as Record<
      string,
      string
    >;
    expect(await get('/sns/userinfo', { access_token, openid })).toMatchObject({ errcode: 48001 });
    sim.switches.oauth.snapshotUserinfo = 'answer';
    expect(await get('/sns/userinfo', { access_token, openid })).toMatchObject({ openid });
  });
});

describe('a web token', () => {
  const tokens = async (scope = 'snsapi_userinfo') =>
    (await exchange(await codeOf(scope))) as Record<string, string>;

  test('reads the profile of who agreed to it', async () => {
    const { access_token, openid } = await tokens();
    expect(await get('/sns/userinfo', { access_token, openid, lang: 'zh_CN' })).toMatchObject({
      openid,
      nickname: '小明',
      sex: 0,
      privilege: [],
      unionid: sim.people[0]?.unionid,
    });
  });

  test('of snsapi_base reads no profile', async () => {
    const { access_token, openid } = await tokens('snsapi_base');
    expect(await get('/sns/userinfo', { access_token, openid })).toMatchObject({ errcode: 48001 });
  });

  test.each<[string, Query, number]>([
    ['no token', { access_token: undefined }, 41001],
    ['no openid', { openid: undefined }, 41009],
    ['a foreign token', { access_token: 'x' }, 40014],
    ["somebody else's openid", { openid: 'oAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 40003],
  ])('%s is refused', async (_, over, errcode) => {
    const { access_token, openid } = await tokens();
    expect(await get('/sns/auth', { access_token, openid, ...over })).toMatchObject({ errcode });
  });

  test('lives two hours, and its refresh token thirty days', async () => {
    const { access_token, refresh_token, openid } = await tokens();
    const refresh = () =>
      get('/sns/oauth2/refresh_token', {
        appid: sim.app.appid,
        grant_type: 'refresh_token',
        refresh_token,
      });
    expect(await get('/sns/auth', { access_token, openid })).toEqual({ errcode: 0, errmsg: 'ok' });
    await sim.clock.advance(7_200_000);
    expect(await get('/sns/auth', { access_token, openid })).toMatchObject({ errcode: 42001 });
    const fresh = (await refresh()) as Record<string, string>;
    expect(fresh).toMatchObject({ openid, expires_in: 7200, refresh_token });
    expect(await get('/sns/auth', { access_token: fresh.access_token, openid })).toMatchObject({
      errcode: 0,
    });
    await sim.clock.advance((30 * 86_400 - 7200) * 1000);
    expect(await refresh()).toMatchObject({ errcode: 42002 });
  });

  test('is not refreshed by another account', async () => {
    const { refresh_token } = await tokens();
    expect(
      await get('/sns/oauth2/refresh_token', {
        appid: 'wxother',
        grant_type: 'refresh_token',
        refresh_token,
      }),
    ).toMatchObject({ errcode: 40030 });
  });
});
