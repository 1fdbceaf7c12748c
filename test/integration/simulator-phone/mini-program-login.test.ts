import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { stoppedClock } from '../../support/stopped-clock.js';

const MINI = { appid: 'wx1111111111111111', secret: 'm'.repeat(32) };

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock(), apps: [{ ...MINI, kind: 'miniProgram' }] });
});
afterEach(() => sim.close());

async function exchange(changes: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({
    ...MINI,
    js_code: sim.code({ appid: MINI.appid }),
    grant_type: 'authorization_code',
    ...changes,
  });
  const response = await fetch(`${sim.url}/sns/jscode2session?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

test('a code of wx.login() becomes a session with the openid of the mini program', async () => {
  const [person] = sim.people;
  const js_code = sim.code({ appid: MINI.appid, person: 'xiaoming' });
  expect(await exchange({ js_code })).toEqual({
    openid: person?.openid(MINI.appid),
    unionid: person?.unionid,
    session_key: expect.stringMatching(/^[\w+/]{22}==$/),
  });
  expect(person?.openid(MINI.appid)).not.toBe(person?.openid(sim.app.appid));
});

test('a code is used once, for its own account, and for five minutes', async () => {
  const js_code = sim.code({ appid: MINI.appid });
  await exchange({ js_code });
  expect(await exchange({ js_code })).toMatchObject({ errcode: 40163 });
  const other = sim.code({ appid: MINI.appid });
  await sim.clock.advance(300_000);
  expect(await exchange({ js_code: other })).toMatchObject({ errcode: 40029 });
});

test('a code of a login page is not one of wx.login(), and the reverse', async () => {
  expect(await exchange({ js_code: sim.code() })).toMatchObject({ errcode: 40029 });
  const { appid, secret } = sim.app;
  const query = { appid, secret, js_code: sim.code() };
  expect(await exchange(query)).toMatchObject({ errcode: 40013 });
});

test.each([
  ['appid', 41002],
  ['secret', 41004],
  ['js_code', 41008],
  ['grant_type', 40002],
])('without %s the error is %i', async (name, errcode) => {
  expect(await exchange({ [name]: '' })).toMatchObject({ errcode });
});

test.each([
  [{ appid: 'wx2222222222222222' }, 40013],
  [{ secret: 'x' }, 40125],
  [{ js_code: 'x' }, 40029],
])('with %j the error is %i', async (changes, errcode) => {
  expect(await exchange(changes)).toMatchObject({ errcode });
});

test.each([
  [40226, 'code blocked'],
  [45011, 'api minute-quota reach limit, must slower, retry next minute'],
  [40164, 'invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist'],
  [{ errcode: 40230, errmsg: 'a new one' }, 'a new one'],
])('the error %j has the text of WeChat', async (error, text) => {
  sim.switches.oauth.errors['/sns/jscode2session'] = error;
  const { errmsg } = await exchange();
  expect(errmsg).toMatch(/, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
  expect(String(errmsg).startsWith(`${text}, rid`)).toBe(true);
});

test('an error whose text is not known needs one', () => {
  const set = () => {
    sim.switches.oauth.errors['/sns/jscode2session'] = 40230;
  };
  expect(set).toThrow('errmsg');
});

test('a mini program has no login page', async () => {
  const query = new URLSearchParams({
    appid: MINI.appid,
    redirect_uri: 'https://shop.example/',
    response_type: 'code',
    scope: 'snsapi_base',
    state: 's',
  });
  const page = await fetch(`${sim.phoneUrl}/connect/oauth2/authorize?${query}`);
  expect(await page.text()).toContain('10016');
});

test('a code is issued over HTTP', async () => {
  const issue = async (body: object) => {
    const response = await fetch(`${sim.url}/__sim/codes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { code: string };
  };
  const { code: js_code } = await issue({ appid: MINI.appid, person: 'xiaohong' });
  expect(await exchange({ js_code })).toMatchObject({
    openid: sim.people[1]?.openid(MINI.appid),
  });
  expect(await issue({ appid: 'wx' })).toMatchObject({
    error: expect.stringContaining('there is no account wx: there are'),
  });
});
