import { tracingChannel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { measureWxpay } from '../../example-app/src/wxpay-metrics.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { versions } from '../support/versions.js';
import { traceWxpay } from './otel-spans.js';
import { undiciInstrumentation } from './otel-undici.js';
import { logWxpay } from './pino-log.js';
import { testPrinted } from './support.js';

for (const recipe of ['pino-log.ts', 'otel-spans.ts', 'otel-undici.ts', '../../example-app/src/wxpay-metrics.ts']) {
  testPrinted(recipe, 'diagnostics');
}

const NAMES = ['upstream', 'notification', 'settlement', 'login'] as const;
type Fields = Record<string, unknown>;

/** Everything that was published when a trace ended. */
const ended: { [name in (typeof NAMES)[number]]: Fields[] } = {
  upstream: [],
  notification: [],
  settlement: [],
  login: [],
};
/** Everything that was published at all, and everything that the recipes wrote. */
const written: string[] = [];
const spans = new InMemorySpanExporter();
const registry = new Registry();

beforeAll(() => {
  for (const name of NAMES) {
    const channel = tracingChannel<Fields>(`koa-wxpay:${name}`);
    const note = (fields: unknown): void => void written.push(JSON.stringify(fields));
    channel.subscribe({
      start: note,
      end: note,
      asyncStart: note,
      error: note,
      asyncEnd(fields) {
        note(fields);
        ended[name].push({ ...(fields as Fields) });
      },
    });
  }
  const lines = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk));
      done();
    },
  });
  logWxpay(pino({ level: 'trace' }, lines));
  measureWxpay(registry);
  traceWxpay(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test'));
});

afterEach(() => {
  for (const name of NAMES) ended[name].length = 0;
  spans.reset();
});

describe.each(versions)('over API %s', (api) => {
  let running: RunningShop;
  beforeAll(async () => {
    running = await startShop({ api });
  });
  afterAll(() => running.stop());

  test('a whole life is published: login, order, notification, settlement', async () => {
    const customer = new Customer(running.simulator);
    const id = await customer.order();
    await customer.pay(await customer.prepay(id));
    await running.simulator.settled();
    expect(ended.login).toEqual([
      {
        appid: running.simulator.app.appid,
        middleware: 'wxOAuth',
        outcome: 'user',
        milliseconds: expect.any(Number),
      },
    ]);
    expect(ended.notification).toEqual([
      {
        version: api,
        type: 'payment.success',
        verdict: 'ran',
        status: api === 'v2' ? 200 : 204,
        milliseconds: expect.any(Number),
      },
    ]);
    expect(ended.settlement).toEqual([
      {
        type: 'payment.success',
        out_trade_no: expect.stringMatching(/^\w{6,32}$/),
        verdict: 'ran',
        milliseconds: expect.any(Number),
      },
    ]);
    const host = new URL(running.simulator.url).host;
    expect(ended.upstream).toContainEqual({
      operation: api === 'v2' ? '/pay/unifiedorder' : 'the jsapi order',
      host,
      status: 200,
      ...(api === 'v3' && { requestId: expect.stringMatching(/^[\w-]+$/) }),
      milliseconds: expect.any(Number),
    });
    expect(ended.upstream.map(({ operation }) => operation)).toContain('sns/oauth2/access_token');
  });

  test('a refusal by WeChat has its meaning and our code, a lost answer our code alone', async () => {
    const { simulator, shop } = running;
    await expect(shop.wxpay.queryOrder({ out_trade_no: 'NEVERPLACED' })).rejects.toThrow();
    expect(ended.upstream).toMatchObject([{ meaning: 'order_not_found', code: 'ERR_WXPAY_API' }]);
    const query = api === 'v2' ? '/pay/orderquery' : '/v3/pay/transactions/out-trade-no/{out_trade_no}';
    simulator.switches.next({ api: { [query]: { resetBefore: true } } });
    await expect(shop.wxpay.queryOrder({ out_trade_no: 'NEVERPLACED' })).rejects.toThrow();
    expect(ended.upstream[1]).toMatchObject({ code: 'ERR_WXPAY_TRANSPORT' });
    expect(ended.upstream[1]).not.toHaveProperty('status');
  });

  test('a forged notification is published as refused, with our code', async () => {
    const response = await fetch(`${running.url}/wxpay/notify`, {
      method: 'POST',
      headers: { 'content-type': api === 'v2' ? 'text/xml' : 'application/json' },
      body: api === 'v2' ? '<xml><return_code>SUCCESS</return_code><sign>A</sign></xml>' : '{}',
    });
    expect(ended.notification).toMatchObject([
      { version: api, verdict: 'refused', status: response.status, code: expect.stringMatching(/^ERR_WXPAY_/) },
    ]);
  });

  test('neither the channels nor what the recipes write hold a key, a token, an openid, a code or a signature', async () => {
    const { simulator } = running;
    const customer = new Customer(simulator, 'xiaohong');
    const params = await customer.prepay(await customer.order());
    await customer.pay(params);
    await simulator.settled();
    written.push(
      await registry.metrics(),
      JSON.stringify(spans.getFinishedSpans().map(({ attributes }) => attributes)),
    );
    const all = written.join('\n');
    for (const secret of secretsOf(running)) expect(all).not.toContain(secret);
    expect(all).not.toContain(params.paySign);
    expect(all).not.toMatch(/-----BEGIN|[\w+/]{80,}/);
  });
});

/** What no log may hold: credentials, people, and everything that was a code or a token in a request. */
function secretsOf({ simulator }: RunningShop): string[] {
  const people = simulator.people.map((person) => person.openid(simulator.app.appid));
  const passed = simulator.requests.flatMap(({ path }) => [...new URLSearchParams(path.split('?')[1] ?? '').values()]);
  const keys = [simulator.app.secret, simulator.merchant.key, simulator.merchant.apiV3Key];
  return [...people, ...keys, ...passed.filter((value) => value.length > 16)];
}

describe('the recipes', () => {
  test('one span and one observation for each trace that ended', async () => {
    const { url, stop } = await startShop({});
    const forged = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    await fetch(`${url}/wxpay/notify`, forged).finally(stop);
    expect(spans.getFinishedSpans().map(({ name, status }) => [name, status.code])).toEqual([
      ['koa-wxpay notification', SpanStatusCode.ERROR],
    ]);
    expect(await registry.metrics()).toMatch(/wxpay_notification_seconds_count\{.*verdict="refused".*\} \d+/);
  });

  test('the example shop is healthy, and its dashboard asks for metrics that it has', async () => {
    const { url, stop } = await startShop({});
    const [health, metrics] = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/metrics`)]).finally(stop);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const names = new Set([...(await metrics.text()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const dashboard = readFileSync(new URL('../../example-app/grafana-dashboard.json', import.meta.url), 'utf8');
    const asked = [...dashboard.matchAll(/\b((?:wxpay|nodejs|process)_\w+?)(?:_bucket|_count|_sum)?(?=[{[])/g)];
    expect(asked.length).toBeGreaterThan(6);
    expect(asked.map(([, name]) => name).filter((name) => !names.has(name as string))).toEqual([]);
  });

  test('a shop whose database is gone says that it is not healthy', async () => {
    const { url, db, stop } = await startShop({});
    const query = db.query;
    db.query = () => Promise.reject(new Error('gone'));
    const health = await fetch(`${url}/healthz`);
    db.query = query;
    await stop();
    expect(health.status).toBe(503);
  });

  test('OpenTelemetry leaves out the calls whose address holds the AppSecret', () => {
    const ignored = (origin: string) =>
      undiciInstrumentation.getConfig().ignoreRequestHook?.({ origin, path: '/', method: 'GET' } as never);
    expect(ignored('https://api.weixin.qq.com')).toBe(true);
    expect(ignored('https://api2.weixin.qq.com')).toBe(true);
    expect(ignored('https://api.mch.weixin.qq.com')).toBe(true);
    expect(ignored('https://shop.example')).toBe(false);
    expect(ignored('https://weixin.qq.com.evil.example')).toBe(false);
  });
});
