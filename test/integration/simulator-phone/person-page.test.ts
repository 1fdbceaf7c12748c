import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';

let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator();
});
afterAll(() => sim.close());
beforeEach(() => sim.switches.clear());

describe('the page for a person', () => {
  test('shows the phone, and needs nothing from elsewhere', async () => {
    const { text, headers } = await request(sim.url).get('/').expect(200);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(text).toContain(`src="${sim.phoneUrl}/__wechat/screen"`);
    for (const [, address = ''] of text.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address.startsWith(sim.phoneUrl) || address === 'data:,').toBe(true);
    }
    const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
      ([, script = '']) => script,
    );
    for (const script of scripts) expect(() => new Function(script)).not.toThrow();
  });

  test('leads to the name of this machine under which the phone stands', async () => {
    const port = new URL(sim.url).port;
    const { status, headers } = await request(sim.url).get('/').set('Host', `localhost:${port}`);
    expect(status).toBe(302);
    expect(headers.location).toBe(`${sim.url}/`);
  });

  test('keeps the name it was asked by when that is another machine', async () => {
    await request(sim.url).get('/').set('Host', 'simulator.example:8080').expect(200);
  });
});

test('every control of the page is a switch the simulator takes', async () => {
  const { text } = await request(sim.url).get('/');
  const place = (name: string, value: unknown): object =>
    name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
  const plainText = (value: string): string =>
    value.replaceAll('&quot;', '"').replaceAll('&#39;', "'");
  const selects = [...text.matchAll(/<select name="([^"]+)">([\s\S]*?)<\/select>/g)];
  const choices = selects.flatMap(([, name = '', options = '']) =>
    [...options.matchAll(/value="([^"]*)"/g)].map(
      ([, value = '']) => [name, JSON.parse(plainText(value))] as const,
    ),
  );
  const checks = [...text.matchAll(/type="checkbox" name="([^"]+)"/g)].map(
    ([, name = '']) => [name, true] as const,
  );
  expect(choices.length).toBeGreaterThan(40);
  for (const [name, value] of [...choices, ...checks]) {
    // the first choice of "only the next" is a heading
    if (name.startsWith('next.') && value === null) continue;
    const { status, body } = await request(sim.url)
      .post('/__sim/switches')
      .send(place(name, value));
    expect({ name, value, status, error: body.error }).toEqual({
      name,
      value,
      status: 200,
      error: undefined,
    });
  }
  expect(sim.switches.oauth).toMatchObject({
    consent: 'deny',
    snapshot: true,
    doubleCallback: true,
    errorPage: 10009,
  });
  expect(sim.switches.cashier).toEqual({ bridge: 'already', coupon: 1000, falseOk: true });
});

test.each([
  { oauth: { consent: 'maybe' } },
  { oauth: { errors: { '/sns/userinfo': 'x' } } },
  { cashier: { coupon: -1 } },
  { cashier: { other: 1 } },
])('%j is refused and changes nothing', async (body) => {
  const { status } = await request(sim.url).post('/__sim/switches').send(body);
  expect(status).toBe(400);
  expect(sim.switches.oauth.consent).toBe('ask');
  expect(sim.switches.cashier.coupon).toBe(0);
});
