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
    expect(text).toContain(`data-phone="${sim.phoneUrl}"`);
    const addresses = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(['data:,', '/__page/page.css', '/__page/page.js']);
    const script = await request(sim.url).get('/__page/page.js').expect(200);
    expect(() => new Function(script.text)).not.toThrow();
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

test('every choice that the page offers is one that the simulator takes', async () => {
  const { body } = await request(sim.url).get('/__sim/scenarios').expect(200);
  const choices = body.scenarios
    .filter(({ scope }: { scope: string }) => scope === 'setting')
    .flatMap(({ name, choices = [] }: { name: string; choices?: { value: unknown }[] }) =>
      choices.map(({ value }) => ({ name, value })),
    );
  // The choice of nothing turns a scenario off, which is another call.
  const taken = choices.filter(({ value }: { value: unknown }) => value !== null);
  expect(taken.length).toBeGreaterThan(40);
  for (const { name, value } of taken) {
    const { status, body } = await request(sim.url).put(`/__sim/scenarios/${name}`).send({ value });
    expect({ name, value, status, error: body.error }).toMatchObject({ name, value, status: 200 });
  }
  expect(sim.switches.oauth.consent).toBe('deny');
});
