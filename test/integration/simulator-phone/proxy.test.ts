import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { startShop, type TestShop } from './shop.js';

const TAG = '<script src="/__wechat/bridge.js"></script>';
const PAGE = '<!doctype html><html><head><title>店</title></head><body>hello</body></html>';

let sim: Simulator;
let shop: TestShop;
let slow: PassThrough;

beforeAll(async () => {
  sim = await createSimulator();
  shop = await startShop({
    '/page': (ctx) => {
      ctx.type = 'html';
      ctx.body = PAGE;
    },
    '/gbk': (ctx) => {
      ctx.set('content-type', 'text/html; charset=gbk');
      ctx.body = Buffer.from([0x3c, 0x70, 0x3e, 0xb5, 0xea, 0x3c, 0x2f, 0x70, 0x3e]);
    },
    '/zipped': (ctx) => {
      ctx.type = 'html';
      ctx.set('content-encoding', 'gzip');
      ctx.body = gzipSync(PAGE);
    },
    '/sdk': (ctx) => {
      ctx.type = 'html';
      ctx.body =
        '<head></head><script src="https://res.wx.qq.com/open/js/jweixin-1.6.0.js"></script>';
    },
    '/json': (ctx) => {
      ctx.body = { html: '<head></head>' };
    },
    '/login': (ctx) => {
      ctx.set('set-cookie', ['sid=1; Path=/; HttpOnly', 'cart=2; Path=/shop; Domain=shop.example']);
      ctx.redirect(`${shop.url}/page?x=1`);
    },
    '/away': (ctx) => ctx.redirect('https://elsewhere.example/page'),
    '/weixin': (ctx) =>
      ctx.redirect('https://open.weixin.qq.com/connect/oauth2/authorize?appid=a#wechat_redirect'),
    '/strict': (ctx) => {
      ctx.type = 'html';
      ctx.set('x-frame-options', 'DENY');
      ctx.set(
        'content-security-policy',
        "default-src 'none'; script-src 'nonce-abc123'; frame-ancestors 'none'",
      );
      ctx.body = PAGE;
    },
    '/stream': (ctx) => {
      slow = new PassThrough();
      slow.write('data: 1\n\n');
      ctx.type = 'text/event-stream';
      ctx.body = slow;
    },
  });
  sim.phone.shop = shop.url;
});
afterAll(async () => {
  await shop.close();
  await sim.close();
});
beforeEach(() => {
  shop.requests.length = 0;
});

const phone = () => request(sim.phoneUrl);

describe('towards the shop', () => {
  test('the browser is WeChat, and everything else is as it was sent', async () => {
    await phone()
      .put('/anything/%E5%BA%97?a=1&a=2')
      .set('User-Agent', 'Mozilla/5.0 Firefox/140')
      .set('X-Custom', 'kept')
      .set('Cookie', 'sid=7; wxsim_person=laowang; cart=8')
      .set('X-Forwarded-For', '8.8.8.8')
      .type('application/json')
      .send('{ "exact":  1 }');
    expect(shop.requests).toHaveLength(1);
    const [{ method, url, body, headers }] = shop.requests as [TestShop['requests'][number]];
    expect({ method, url, body }).toEqual({
      method: 'PUT',
      url: '/anything/%E5%BA%97?a=1&a=2',
      body: '{ "exact":  1 }',
    });
    expect(headers['user-agent']).toMatch(/MicroMessenger\/8\.0/);
    expect(headers['x-custom']).toBe('kept');
    expect(headers.cookie).toBe('sid=7; cart=8');
    expect(headers['x-forwarded-for']).toBe('127.0.0.1');
    expect(headers['accept-encoding']).toBe('identity');
    expect(`http://${headers.host}`).toBe(sim.phoneUrl);
  });

  test('a user-agent that is WeChat already stays', async () => {
    await phone().get('/page').set('User-Agent', 'MicroMessenger/5.0 mine');
    expect(shop.requests[0]?.headers['user-agent']).toBe('MicroMessenger/5.0 mine');
  });
});

describe('towards the browser', () => {
  test('a page begins with the bridge', async () => {
    const { text, headers } = await phone().get('/page').expect(200);
    expect(text).toBe(PAGE.replace('<head>', `<head>${TAG}`));
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  test('a page of another charset keeps its bytes', async () => {
    const { body } = await phone().get('/gbk').buffer(true).parse(bytes);
    expect(body).toEqual(
      Buffer.concat([
        Buffer.from(TAG),
        Buffer.from([0x3c, 0x70, 0x3e, 0xb5, 0xea, 0x3c, 0x2f, 0x70, 0x3e]),
      ]),
    );
  });

  test('a page that was compressed although nobody asked is read', async () => {
    const { text, headers } = await phone().get('/zipped');
    expect(text).toContain(TAG);
    expect(headers['content-encoding']).toBeUndefined();
  });

  test("WeChat's JS-SDK is the simulator's", async () => {
    expect((await phone().get('/sdk')).text).toContain('<script src="/__wechat/jweixin.js">');
  });

  test('JSON, fragments a script fetches and HEAD are left alone', async () => {
    expect((await phone().get('/json')).text).toBe('{"html":"<head></head>"}');
    expect((await phone().get('/page').set('Sec-Fetch-Dest', 'empty')).text).toBe(PAGE);
    expect((await phone().head('/page')).status).toBe(200);
  });

  test('cookies pass, and a redirect to the shop leads to the phone', async () => {
    const { status, headers } = await phone().get('/login');
    expect(status).toBe(302);
    expect(headers.location).toBe(`${sim.phoneUrl}/page?x=1`);
    expect(headers['set-cookie']).toEqual(['sid=1; Path=/; HttpOnly', 'cart=2; Path=/shop']);
  });

  test('a redirect elsewhere leads there, and one to the login of WeChat stays on the phone', async () => {
    expect((await phone().get('/away')).headers.location).toBe('https://elsewhere.example/page');
    expect((await phone().get('/weixin')).headers.location).toBe(
      `${sim.phoneUrl}/connect/oauth2/authorize?appid=a#wechat_redirect`,
    );
  });

  test('a strict policy lets the bridge in and the frame stand', async () => {
    const { headers, text } = await phone().get('/strict');
    expect(text).toContain('<script src="/__wechat/bridge.js" nonce="abc123">');
    expect(headers['x-frame-options']).toBeUndefined();
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'nonce-abc123' 'self'; connect-src 'self'",
    );
  });

  test('a stream arrives while it is written, and ends for the shop when the browser leaves', async () => {
    const browser = get(`${sim.phoneUrl}/stream`);
    const [answer] = await once(browser, 'response');
    expect(String((await once(answer, 'data'))[0])).toBe('data: 1\n\n');
    slow.write('data: 2\n\n');
    expect(String((await once(answer, 'data'))[0])).toBe('data: 2\n\n');
    const left = new Promise((resolve) => slow.once('close', resolve));
    browser.destroy();
    await left;
  });
});

describe('a shop that is not there', () => {
  test('gets a page that says so', async () => {
    const gone = await startShop();
    await gone.close();
    sim.phone.shop = gone.url;
    const { status, text } = await phone().get('/page');
    expect(status).toBe(502);
    expect(text).toContain(`The shop at ${gone.url} does not answer`);
    sim.phone.shop = null;
    expect((await phone().get('/page').expect(503)).text).toContain('还没有商店');
    sim.phone.shop = shop.url;
  });

  test.each(['https://shop.example', 'shop', ''])('%j is no address of a shop', (address) => {
    expect(() => {
      sim.phone.shop = address;
    }).toThrow(/"shop" must be an http address/);
  });
});

describe('the screen in the page of the simulator', () => {
  test('is a frame, and the shop sees a page in a window as in WeChat', async () => {
    const { status, headers } = await phone().get('/__wechat/screen?to=/page');
    expect([status, headers.location]).toEqual([302, '/page']);
    expect(headers['set-cookie']).toEqual(['wxsim_screen=1; Path=/; SameSite=Lax']);
    for (const cookie of ['a=1; wxsim_screen=1', 'a=1']) {
      await phone().get('/anything').set({ 'sec-fetch-dest': 'iframe', cookie });
    }
    expect(shop.requests.map(({ headers }) => [headers['sec-fetch-dest'], headers.cookie])).toEqual(
      [
        ['document', 'a=1'],
        ['iframe', 'a=1'],
      ],
    );
  });
});

describe('who holds the phone', () => {
  test('is a cookie, and the next person does not carry the cookies of the shop', async () => {
    await phone().get('/login');
    const { status, headers } = await phone().get('/__wechat/person?id=xiaohong&back=/page');
    expect(status).toBe(302);
    expect(headers.location).toBe('/page');
    expect(headers['set-cookie']).toEqual([
      'sid=; Path=/; Max-Age=0',
      'cart=; Path=/shop; Max-Age=0',
      'wxsim_person=xiaohong; Path=/; SameSite=Lax',
    ]);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example'])(
    '%s is no way back',
    async (back) => {
      const { headers } = await phone().get('/__wechat/person').query({ id: 'xiaohong', back });
      expect(headers.location).toBe('/');
    },
  );

  test('is somebody of this world', async () => {
    await phone().get('/__wechat/person?id=nobody').expect(404);
  });

  test('decides whose openid a shop gets', async () => {
    const { headers } = await phone()
      .get('/connect/oauth2/authorize')
      .query({
        appid: sim.app.appid,
        redirect_uri: sim.phoneUrl,
        response_type: 'code',
        scope: 'snsapi_base',
        state: 'a1',
      })
      .set('Cookie', 'wxsim_person=xiaohong');
    const code = new URL(headers.location as string).searchParams.get('code');
    const { text } = await request(sim.url).get('/sns/oauth2/access_token').query({
      appid: sim.app.appid,
      secret: sim.app.secret,
      code,
      grant_type: 'authorization_code',
    });
    expect(JSON.parse(text).openid).toBe(
      sim.people.find(({ id }) => id === 'xiaohong')?.openid(sim.app.appid),
    );
  });
});

/** What superagent hands over is Node's message, whatever its type says. */
function bytes(answer: unknown, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  const message = answer as IncomingMessage;
  message.on('data', (chunk: string) => chunks.push(Buffer.from(chunk, 'latin1')));
  message.setEncoding('latin1');
  message.on('end', () => done(null, Buffer.concat(chunks)));
}
