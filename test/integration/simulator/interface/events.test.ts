import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { ask, NEW_ORDER } from './support.js';

interface Received {
  id: number;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the data of any event
  data: any;
}

let sim: Simulator;
const open: IncomingMessage[] = [];
beforeEach(async () => {
  sim = await createSimulator();
});
afterEach(async () => {
  for (const incoming of open.splice(0)) incoming.destroy();
  await sim.close();
});

/** Listens to the events; `until` resolves with all of them as soon as one passes the test. */
async function listen(headers: Record<string, string> = {}) {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${sim.url}/__sim/events`, { headers }, resolve).on('error', reject);
  });
  open.push(incoming);
  const events: Received[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  incoming.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]),
      );
      if (!fields.has('id')) continue;
      events.push({
        id: Number(fields.get('id')),
        event: String(fields.get('event')),
        data: JSON.parse(String(fields.get('data'))),
      });
    }
    for (const wake of waiting) wake();
  });
  const until = (passes: (event: Received) => boolean): Promise<Received[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!events.some(passes)) return;
        waiting.delete(look);
        resolve(events);
      };
      waiting.add(look);
      look();
    });
  return { headers: incoming.headers, events, until };
}

test('what happens to an order is streamed, with ids that count', async () => {
  const { headers, until } = await listen();
  expect(headers['content-type']).toBe('text/event-stream');
  await ask(sim, 'POST', '/orders', NEW_ORDER);
  await ask(sim, 'POST', '/orders/SHOP00A17/pay');
  await sim.settled();
  const events = await until(({ event, data }) => event === 'delivery' && data.error !== undefined);
  const states = events
    .filter(({ event }) => event === 'order')
    .map(({ data }) => data.trade_state);
  expect([states[0], states.at(-1)]).toEqual(['NOTPAY', 'SUCCESS']);
  const ids = events.map(({ id }) => id);
  expect(ids).toEqual(ids.map((_, n) => (ids[0] as number) + n));
});

test('requests, scenarios, people, the clock and resets are streamed', async () => {
  const { until } = await listen();
  await fetch(`${sim.url}/v3/certificates`);
  await ask(sim, 'PUT', '/scenarios/notify.lost', {});
  await ask(sim, 'POST', '/people', { id: 'lili' });
  await ask(sim, 'POST', '/clock/advance', { by: '1h' });
  await ask(sim, 'POST', '/reset');
  const events = await until(({ event }) => event === 'reset');
  const kinds = new Set(events.map(({ event }) => event));
  expect([...kinds].sort()).toEqual(['clock', 'person', 'request', 'reset', 'scenarios']);
});

test('Last-Event-ID continues where a client left', async () => {
  const first = await listen();
  await ask(sim, 'POST', '/people', { id: 'one' });
  const [seen] = await first.until(({ event }) => event === 'person');
  await ask(sim, 'POST', '/people', { id: 'two' });
  const again = await listen({ 'last-event-id': String(seen?.id) });
  const events = await again.until(({ data }) => data.id === 'two');
  expect(events.map(({ data }) => data.id)).toEqual(['two']);
});

test.each(['9999', '0'])('a client that comes back with id %s is told of a gap', async (id) => {
  for (let n = 0; n < 4500; n++) sim.switches.lag = n;
  const { until } = await listen({ 'last-event-id': id });
  await ask(sim, 'POST', '/people', { id: 'lili' });
  const events = await until(({ event, data }) => event === 'gap' || data.id === 'lili');
  expect(events[0]?.event).toBe('gap');
});
