import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';

const WECHAT = 'Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.49.2600(0x28003137)';
const RETURN = 'https://shop.example/orders/7/pay?from=menu';

let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator({
    now: stoppedClock(),
    apps: [
      { appid: 'wxbase', secret: 's', scopes: ['snsapi_base'], oauthDomain: 'shop.example' },
      { appid: 'wxpath', secret: 's', scopes: ['snsapi_base'], oauthDomain: 'shop.example/wx' },
    ],
  });
});
afterAll(() => sim.close());
beforeEach(() => sim.switches.clear());

const asked = (over: Record<string, string | undefined> = {}): string => {
  const fields = {
    appid: sim.app.appid,
    redirect_uri: RETURN,
    response_type: 'code',
    scope: 'snsapi_base',
    state: 'abc123',
    ...over,
  };
  const given = Object.entries(fields).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  return `/connect/oauth2/authorize?${new URLSearchParams(given)}`;
};
const open = (path: string) => request(sim.url).get(path).set('User-Agent', WECHAT);
const answer = (path: string, answer: string) =>
  request(sim.url).post(path).set('User-Agent', WECHAT).type('form').send({ answer });

describe('the authorize page', () => {
  test('snsapi_base comes back at once with a code and the state, and the query stays', async () => {
    const { status, headers } = await open(asked());
    expect(status).toBe(302);
    expect(headers.location).toMatch(
      /^https:\/\/shop\.example\/orders\/7\/pay\?from=menu&code=[0-9A-Za-z]{32}&state=abc123$/,
    );
  });

  test('a fragment of the page stays behind the code', async () => {
    const { headers } = await open(asked({ redirect_uri: 'https://shop.example/#/cart' }));
    expect(headers.location).toMatch(/^https:\/\/shop\.example\/\?code=\w+&state=abc123#\/cart$/);
  });

  test('every grant has a code of its own', async () => {
    const [one, two] = await Promise.all([open(asked()), open(asked())]);
    expect(one.headers.location).not.toBe(two.headers.location);
  });

  test.each([
    ['an empty appid', { appid: undefined, redirect_uri: undefined, scope: undefined }, '10012'],
    ['an empty redirect_uri, checked before the scope', { redirect_uri: '', scope: '' }, '10011'],
    ['an empty scope, checked before the account', { scope: '', appid: 'wxnobody' }, '10010'],
    ['an unknown account', { appid: 'wxnobody' }, '10012'],
    ['another host', { appid: 'wxbase', redirect_uri: 'https://evil.example/' }, '10003'],
    ['a sub-domain', { appid: 'wxbase', redirect_uri: 'https://a.shop.example/' }, '10003'],
    [
      'a longer host',
      { appid: 'wxbase', redirect_uri: 'https://shop.example.evil.example/' },
      '10003',
    ],
    ['another path', { appid: 'wxpath', redirect_uri: 'https://shop.example/wxother/' }, '10003'],
    ['an address that is no web page', { redirect_uri: 'javascript:alert(1)' }, '10003'],
    [
      'a host checked before the scope',
      { appid: 'wxbase', redirect_uri: 'https://e.example/', scope: 'x' },
      '10003',
    ],
    ['a scope the account may not ask for', { appid: 'wxbase', scope: 'snsapi_userinfo' }, '10005'],
    ['a state of 129 bytes', { state: 'a'.repeat(129) }, '10013'],
  ])('%s gets an error page that never redirects', async (_, over, code) => {
    const { status, headers, text } = await open(asked(over));
    expect(status).toBe(200);
    expect(headers.location).toBeUndefined();
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(text).toContain(`Error code: ${code}`);
  });

  test('a path under the registered one is accepted', async () => {
    const { status } = await open(
      asked({ appid: 'wxpath', redirect_uri: 'https://shop.example/wx/pay' }),
    );
    expect(status).toBe(302);
  });

  test('a browser that is not WeChat is told to open the link there', async () => {
    const { status, text } = await request(sim.url)
      .get(asked())
      .set('User-Agent', 'Mozilla/5.0 Firefox/140');
    expect(status).toBe(200);
    expect(text).toContain('请在微信客户端打开链接');
  });

  test('an old client reads the parameters in the documented order only', async () => {
    sim.switches.oauth.parameterOrder = true;
    const shuffled = asked().replace(/^(.*\?)(appid=\w+)&(.*)$/, '$1$3&$2');
    expect((await open(shuffled)).text).toContain('链接参数错误');
    expect((await open(asked())).status).toBe(302);
  });

  test('a switched error page is shown to everybody', async () => {
    sim.switches.oauth.errorPage = 10009;
    expect((await open(asked())).text).toContain('Error code: 10009');
  });
});

describe('the consent page of snsapi_userinfo', () => {
  const userinfo = () => asked({ scope: 'snsapi_userinfo' });

  test('asks, and redirects nowhere by itself', async () => {
    const { status, text } = await open(userinfo());
    expect(status).toBe(200);
    expect(text).toContain('允许 Allow');
    expect(text).toContain('拒绝 Deny');
  });

  test('names whoever holds the phone', async () => {
    const { text } = await open(userinfo()).set('Cookie', 'wxsim_person=laowang');
    expect(text).toContain('老王');
  });

  test('allowing comes back with a code', async () => {
    const { status, headers } = await answer(userinfo(), 'allow');
    expect(status).toBe(302);
    expect(headers.location).toMatch(/&code=\w+&state=abc123$/);
  });

  test('denying comes back with the state alone', async () => {
    const { status, headers } = await answer(userinfo(), 'deny');
    expect(status).toBe(302);
    expect(headers.location).toBe(`${RETURN}&state=abc123`);
  });

  test('denying stays where it is when switched', async () => {
    sim.switches.oauth.denied = 'stay';
    const { status, headers } = await answer(userinfo(), 'deny');
    expect(status).toBe(200);
    expect(headers.location).toBeUndefined();
  });

  test('nobody needs to press anything when consent is switched', async () => {
    sim.switches.oauth.consent = 'allow';
    expect((await open(userinfo())).headers.location).toMatch(/code=/);
    sim.switches.oauth.consent = 'deny';
    expect((await open(userinfo())).headers.location).toBe(`${RETURN}&state=abc123`);
  });
});

test('a double callback carries two codes and one state', async () => {
  sim.switches.oauth.doubleCallback = true;
  const { status, text } = await open(asked());
  expect(status).toBe(200);
  const codes = [...text.matchAll(/code=(\w+)/g)].map(([, code]) => code);
  expect(new Set(codes).size).toBe(2);
  expect(text.match(/state=abc123/g)).toHaveLength(2);
});
