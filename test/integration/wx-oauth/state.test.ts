import { describe, expect, test } from '@jest/globals';
import { APPID, granted, phone, scene, sentToWechat, shop, showOpenid, TOKEN } from '../../support/oauth-shop.js';

describe('state', () => {
  test('another browser that brings a valid state is refused, and offered to start again', async () => {
    const { origin } = await shop();
    const sent = await phone(origin).begin('/p?a=1');
    const victim = await phone(origin).open(sent.granted('ATTACKERS'));
    expect(victim.status).toBe(403);
    expect(victim.type).toBe('text/html');
    expect(victim.text).toContain(`href="${origin}/p?a=1"`);
    expect(victim.headers['set-cookie']).toBeUndefined();
    expect(scene.weixin.calls).toHaveLength(0);
  });

  test('a state is exchanged once: going back to its address starts a fresh authorization', async () => {
    const { origin } = await shop((guard, app) =>
      app.use(guard({ session: { get: () => null, set: () => undefined } })).use(showOpenid),
    );
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    await open(sent.granted('CODE1'));
    const again = sentToWechat((await open(sent.granted('CODE2'))).headers.location as string);
    expect(again.state).not.toBe(sent.state);
    expect(scene.weixin.calls).toHaveLength(1);
  });

  test('a state is spent before its code is exchanged: when no answer came, it is not exchanged a second time', async () => {
    scene.weixin.on(TOKEN, 'cut', granted);
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    expect((await open(sent.granted('CODE1'))).status).toBe(502);
    const again = sentToWechat((await open(sent.granted('CODE1'))).headers.location as string);
    expect(again.state).not.toBe(sent.state);
    expect(scene.weixin.calls).toHaveLength(1);
    expect((await open(again.granted('CODE2'))).headers.location).toBe(`${origin}/p`);
  });

  test('a state is good for ten minutes; after that the same browser starts again by itself', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const [first, second] = [await begin('/p'), await begin('/q')];
    scene.clock += 600_000;
    expect((await open(first.granted('CODE1'))).headers.location).toBe(`${origin}/p`);
    const late = phone(origin);
    const sent = await late.begin('/p');
    scene.clock += 600_001;
    const again = sentToWechat((await late.open(sent.granted('CODE2'))).headers.location as string);
    expect(again.redirect_uri).toBe(`${origin}/p`);
    expect(scene.weixin.calls).toHaveLength(1);
    expect(second.state).not.toBe(first.state);
  });

  test('ten pages opened at once all come back; the eleventh takes the place of the first', async () => {
    const { origin } = await shop((guard, app) =>
      app.use(guard({ session: { get: () => null, set: () => undefined } })).use(showOpenid),
    );
    const { open, begin } = phone(origin);
    const sent = [];
    for (let page = 0; page < 11; page++) {
      scene.clock += 1;
      sent.push(await begin(`/p${page}`));
    }
    expect((await open(sent[0]?.granted('C') as string)).status).toBe(403);
    for (let page = 1; page < 11; page++) {
      const back = await open(sent[page]?.granted(`C${page}`) as string);
      expect(back.headers.location).toBe(`${origin}/p${page}`);
    }
  });

  test('long addresses under way never fill the header line that proxies refuse', async () => {
    const { origin } = await shop();
    const { agent, open } = phone(origin);
    for (let page = 0; page < 12; page++) await open(`/p${page}?${'x'.repeat(1_500)}`);
    const jar = (agent as unknown as { jar: { getCookies(a: object): { toValueString(): string }[] } }).jar;
    const line = jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    expect(line.map((one) => one.toValueString()).join('; ').length).toBeLessThan(5_000);
  });
});

describe('WeChat calls back twice', () => {
  test('the second callback of a logged-in browser goes to the page, without another exchange', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p?code=MINE');
    expect((await open(sent.granted('CODE1'))).headers.location).toBe(`${origin}/p?code=MINE`);
    expect((await open(sent.granted('CODE2'))).headers.location).toBe(`${origin}/p?code=MINE`);
    expect((await open(sent.granted('CODE1'))).headers.location).toBe(`${origin}/p?code=MINE`);
    expect(scene.weixin.calls).toHaveLength(1);
  });

  test('two codes with one state at the same moment share one exchange, and both log in', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => {
      release = done;
    });
    const arrived = new Promise<void>((done) => {
      scene.weixin.on(TOKEN, async () => {
        done();
        await held;
        return granted;
      });
    });
    const { origin, server } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    const first = open(sent.granted('CODE1')).then((response) => response);
    await arrived;
    const joined = new Promise<void>((done) => server.once('request', () => done()));
    const second = open(sent.granted('CODE2')).then((response) => response);
    await joined;
    release();
    for (const response of [await first, await second]) {
      expect(response.headers.location).toBe(`${origin}/p`);
      expect(String(response.headers['set-cookie'])).toContain(`wxpay_${APPID}=`);
    }
    expect(scene.weixin.calls).toHaveLength(1);
  });

  test.each([40163, 40029, 42003])('a code WeChat refuses with %d asks for a fresh one', async (errcode) => {
    scene.weixin.on(TOKEN, { errcode, errmsg: 'code been used, rid: 1-2-3' }, granted);
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const again = sentToWechat((await open((await begin('/p?x=1')).granted('OLD'))).headers.location as string);
    expect(again.redirect_uri).toBe(`${origin}/p?x=1`);
    expect((await open(again.granted('NEW'))).headers.location).toBe(`${origin}/p?x=1`);
    expect(scene.errors).toEqual([]);
  });

  test('codes that are always refused end after two fresh ones on a page that says what to do', async () => {
    scene.weixin.on(TOKEN, { errcode: 40029, errmsg: 'invalid code' });
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    let response = await open((await begin('/p')).granted('C0'));
    for (let round = 1; round <= 2; round++) {
      response = await open(sentToWechat(response.headers.location as string).granted(`C${round}`));
    }
    expect(response.status).toBe(403);
    expect(response.text).toContain(`href="${origin}/p"`);
    expect(scene.weixin.calls).toHaveLength(3);
  });
});
