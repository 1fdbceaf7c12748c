import { z } from 'zod';
import type { Feed, FeedEvent } from '../feed.js';
import type { SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, endpoint, RawAnswer } from './endpoint.js';

/** How long events are collected before they are sent, in milliseconds. */
const PAUSE = 50;
/** How often a connection without events says that it is alive, in milliseconds. */
const HEARTBEAT = 15_000;

const write = ({ id, type, data }: FeedEvent): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Waits for the next event, for a while, or until the client has left. */
function nextEvent(feed: Feed, left: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      cancel();
      left.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, HEARTBEAT);
    timer.unref();
    const cancel = feed.onNext(done);
    left.addEventListener('abort', done, { once: true });
  });
}

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, PAUSE).unref();
  });

/**
 * The events after this one, as they happen. A client that was away for too long, or reads too
 * slowly, gets a `gap` in place of what it missed, and loads the state anew.
 */
async function* stream(feed: Feed, start: number, left: AbortSignal): AsyncIterable<Uint8Array> {
  let sent = start;
  yield Buffer.from('retry: 1000\n: the events of the simulator\n\n');
  while (!left.aborted) {
    if (feed.last === sent) await nextEvent(feed, left);
    if (left.aborted) return;
    if (feed.last === sent) {
      yield Buffer.from(': still here\n\n');
      continue;
    }
    await pause();
    const events = feed.after(sent);
    const gap = { id: feed.last, type: 'gap', data: {} };
    sent = feed.last;
    yield Buffer.from((events ?? [gap]).map(write).join(''));
  }
}

/** `Last-Event-ID` of a client that was here before. */
function startOf({ headers, query }: SimRequest, feed: Feed): number {
  const given = headers['last-event-id']?.[0] ?? query.get('after') ?? '';
  return /^\d{1,15}$/.test(given) ? Number(given) : feed.last;
}

/** What happens, as server-sent events. */
export const eventEndpoints = ({ feed }: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim/events',
    summary:
      'Streams what happens: order, refund, delivery, request, person, clock, scenarios, reset ' +
      'and gap, each with its data; Last-Event-ID continues',
    tag: 'Events',
    query: z.looseObject({
      after: z.string().optional().describe('as Last-Event-ID, for clients that cannot send it'),
    }),
    answer: 'text/event-stream',
    handle: ({ req }) => {
      const left = new AbortController();
      req.raw.socket.once('close', () => left.abort());
      return new RawAnswer({
        status: 200,
        headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
        body: stream(feed, startOf(req, feed), left.signal),
      });
    },
  }),
];
