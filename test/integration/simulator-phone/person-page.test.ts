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

test('every control of the page is a scenario that the simulator takes', async () => {
  const { text } = await request(sim.url).get('/');
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
  for (const [control, value] of [...choices, ...checks]) {
    // Nothing is chosen: the scenario is off.
    if (value === null) continue;
    const [fault = '', of] = control.endsWith('notify') ? (Object.entries(value)[0] ?? []) : [];
    const [setting = '', path] = control.split(/\.(?=\/)/);
    const name = fault ? `notify.${fault}` : setting;
    const { status, body } = await request(sim.url)
      .put(`/__sim/scenarios/${name}`)
      .send({ value: fault ? of : value, ...(path && { path }) });
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
  expect(sim.switches.cashier).toMatchObject({ bridge: 'already', coupon: 1000, falseOk: true });
});
