import { createStore } from './store.js';

/** One event of the simulator. */
export interface LiveEvent {
  type: string;
  data: unknown;
}

const TYPES = ['order', 'refund', 'delivery', 'request', 'person', 'clock', 'scenarios', 'reset', 'gap'] as const;

export type LiveType = (typeof TYPES)[number];

/** Whether what is shown is what is. */
export const connection = createStore<'connecting' | 'live' | 'lost'>('connecting');

type Listener = (events: readonly LiveEvent[]) => void;
const listeners = new Set<Listener>();
const refreshers = new Set<() => void>();
let waiting: LiveEvent[] = [];
let isFlushing = false;

/** How long events are collected, so that thousands of them are drawn a few times. */
const FLUSH_MS = 60;

function take(event: LiveEvent): void {
  waiting.push(event);
  if (isFlushing) return;
  isFlushing = true;
  setTimeout(flush, FLUSH_MS);
}

function flush(): void {
  isFlushing = false;
  const events = waiting;
  waiting = [];
  if (events.some(({ type }) => type === 'gap' || type === 'reset')) refreshAll();
  for (const listener of listeners) listener(events);
}

/** Loads everything that is shown anew: some events were missed, or what was shown no longer exists. */
function refreshAll(): void {
  for (const refresh of refreshers) refresh();
}

/** Connects for as long as the page is open. The browser makes a lost connection again, and continues where it ended. */
export function connectLive(): void {
  const source = new EventSource('/__sim/events');
  source.onopen = () => {
    if (connection.get() === 'lost') refreshAll();
    connection.set('live');
  };
  source.onerror = () => {
    connection.set('lost');
    // A browser gives up when something else than events is answered.
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(connectLive, 1000);
  };
  for (const type of TYPES) {
    source.addEventListener(type, ({ data }: MessageEvent<string>) =>
      take({ type, data: JSON.parse(data) as unknown }),
    );
  }
}

/** Calls the listener with events as they come. Returns a function that ends it. */
export function onEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Calls `refresh` when what was loaded may be wrong. Returns a function that ends it. */
export function onRefresh(refresh: () => void): () => void {
  refreshers.add(refresh);
  return () => void refreshers.delete(refresh);
}
