import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';

let sim: Simulator;
beforeAll(async () => {
  sim = await createSimulator({ allowedHosts: ['wechat.example.com'] });
});
afterAll(() => sim.close());

/** A request with headers as a browser sets them: `fetch` does not let them be chosen. */
const send = (
  headers: Record<string, string>,
  { method = 'POST', path = '/__sim/reset', body = '' } = {},
): Promise<{ status: number; error?: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${sim.url}${path}`, { method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { error } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as {
          error?: string;
        };
        resolve({ status: incoming.statusCode ?? 0, ...(error && { error }) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const port = () => new URL(sim.url).port;

describe('the interface answers this machine', () => {
  test.each([
    ['an address', '127.0.0.1'],
    ['an address of IPv6', '[::1]'],
    ['an address of the network', '192.168.1.20'],
    ['localhost', 'localhost'],
    ['the name of a container', 'simulator'],
    ['the host of a container', 'host.docker.internal'],
    ['a name that the options allow', 'wechat.example.com'],
  ])('under %s', async (_, name) => {
    expect(await send({ host: `${name}:${port()}` })).toEqual({ status: 200 });
  });

  test('when its own page asks', async () => {
    const host = `127.0.0.1:${port()}`;
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect(await send(headers)).toEqual({ status: 200 });
  });
});

describe('the interface refuses', () => {
  test.each([
    ['another name, as after DNS rebinding', { host: 'evil.example' }],
    ['the name of a host of WeChat', { host: 'api.mch.weixin.qq.com' }],
    ['a name that only ends like an allowed one', { host: 'evilwechat.example.com' }],
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page of the phone, whose port differs', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['a request that a foreign page makes', { 'sec-fetch-site': 'cross-site' }],
    ['a request that a page of the phone makes', { 'sec-fetch-site': 'same-site' }],
  ])('%s', async (_, headers) => {
    const before = sim.clock.now();
    await sim.clock.advance(60_000);
    const answer = await send(headers as Record<string, string>);
    expect(answer).toEqual({ status: 403, error: expect.any(String) });
    // The reset did not happen.
    expect(sim.clock.now() - before).toBeGreaterThanOrEqual(60_000);
    await sim.clock.reset();
  });

  test('reading, too', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const answer = await send(headers, { method: 'GET', path: '/__sim/merchants' });
    expect(answer.status).toBe(403);
  });

  test('a form, which any page may send', async () => {
    const type = 'application/x-www-form-urlencoded';
    const answer = await send({ 'content-type': type }, { body: '{"data":true}' });
    expect(answer.status).toBe(415);
  });

  test('a body larger than 256 KiB', async () => {
    const body = JSON.stringify({ data: 'x'.repeat(256 * 1024) });
    const answer = await send({ 'content-type': 'application/json' }, { body });
    expect(answer.status).toBe(413);
  });

  test('what is not JSON', async () => {
    const answer = await send({ 'content-type': 'application/json' }, { body: '{data' });
    expect(answer).toEqual({ status: 400, error: 'body: this is not JSON' });
  });
});
