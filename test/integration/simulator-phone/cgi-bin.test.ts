import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';

let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator({ now: stoppedClock() });
});
afterAll(() => sim.close());

interface Token {
  access_token: string;
  expires_in: number;
  errcode?: number;
  errmsg?: string;
}

const credential = () => ({
  grant_type: 'client_credential',
  appid: sim.app.appid,
  secret: sim.app.secret,
});
const plain = async (over: object = {}): Promise<Token> =>
  (
    await request(sim.url)
      .get('/cgi-bin/token')
      .query({ ...credential(), ...over })
      .expect(200)
  ).body;
const stable = async (over: object = {}): Promise<Token> =>
  (
    await request(sim.url)
      .post('/cgi-bin/stable_token')
      .send({ ...credential(), ...over })
      .expect(200)
  ).body;
const ticket = async (access_token?: string) =>
  (
    await request(sim.url)
      .get('/cgi-bin/ticket/getticket')
      .query({ access_token, type: 'jsapi' })
      .expect(200)
  ).body;

describe('/cgi-bin/token', () => {
  test('is new at every call; the one before works five minutes more', async () => {
    const [first, second] = [await plain(), await plain()];
    expect(first).toEqual({ access_token: expect.any(String), expires_in: 7200 });
    expect(second.access_token).not.toBe(first.access_token);
    expect(await ticket(first.access_token)).toMatchObject({ errcode: 0 });
    await sim.clock.advance(300_000);
    expect(await ticket(first.access_token)).toMatchObject({ errcode: 40001 });
    expect(await ticket(second.access_token)).toMatchObject({ errcode: 0 });
  });

  test.each([
    [{ appid: 'wxnobody' }, 40013],
    [{ secret: 'wrong' }, 40125],
    [{ grant_type: 'x' }, 40002],
    [{ secret: '' }, 41004],
  ])('%j is refused with %d', async (over, errcode) => {
    expect(await plain(over)).toEqual({
      errcode,
      errmsg: expect.stringMatching(/, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/),
    });
  });
});

describe('/cgi-bin/stable_token', () => {
  test('stays the same until five minutes before its end; then both work', async () => {
    const first = await stable();
    await sim.clock.advance((7200 - 360) * 1000);
    const again = await stable();
    expect(again.access_token).toBe(first.access_token);
    expect(again.expires_in).toBeLessThanOrEqual(360);
    await sim.clock.advance(60_000);
    const next = await stable();
    expect(next.access_token).not.toBe(first.access_token);
    expect(next.expires_in).toBe(7200);
    expect(await ticket(first.access_token)).toMatchObject({ errcode: 0 });
  });

  test('is replaced when forced, at most every thirty seconds and twenty times a day', async () => {
    const first = await stable();
    const forced = await stable({ force_refresh: true });
    expect(forced.access_token).not.toBe(first.access_token);
    expect(await ticket(first.access_token)).toMatchObject({ errcode: 40001 });
    expect((await stable({ force_refresh: true })).access_token).toBe(forced.access_token);
    await sim.clock.advance(30_000);
    expect((await stable({ force_refresh: true })).access_token).not.toBe(forced.access_token);
    await sim.clock.advance(86_400_000);
    const seen = new Set<string>();
    await stable();
    for (let call = 0; call < 24; call++) {
      seen.add((await stable({ force_refresh: true })).access_token);
      await sim.clock.advance(31_000);
    }
    expect(seen.size).toBeLessThanOrEqual(21);
  });

  test('is of another kind than /cgi-bin/token', async () => {
    const kept = await stable();
    await plain();
    await plain();
    expect((await stable()).access_token).toBe(kept.access_token);
  });

  test('takes JSON by POST only', async () => {
    expect((await request(sim.url).get('/cgi-bin/stable_token')).body).toMatchObject({
      errcode: 43002,
    });
    expect(
      (await request(sim.url).post('/cgi-bin/stable_token').type('text').send('x=1')).body,
    ).toMatchObject({
      errcode: 47001,
    });
  });
});

describe('/cgi-bin/ticket/getticket', () => {
  test('keeps one ticket for two hours', async () => {
    const first = await ticket((await stable()).access_token);
    expect(first).toMatchObject({ errcode: 0, errmsg: 'ok', ticket: expect.any(String) });
    expect((await ticket((await stable()).access_token)).ticket).toBe(first.ticket);
    await sim.clock.advance(7_200_000);
    expect((await ticket((await stable()).access_token)).ticket).not.toBe(first.ticket);
  });

  test('needs a token that is known', async () => {
    expect(await ticket()).toMatchObject({ errcode: 41001 });
    expect(await ticket('nobody')).toMatchObject({ errcode: 40001 });
  });
});
