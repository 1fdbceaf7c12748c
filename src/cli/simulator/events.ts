import { CommandFailed } from '../usage.js';
import { reach } from './client.js';

/** One event of the simulator. */
export interface SimulatorEvent {
  id: string;
  type: string;
  data: unknown;
}

const AGAIN_MS = 1000;

interface FollowOptions {
  /** The id of the event after which it begins. */
  after: number;
  /** Ends it. */
  signal: AbortSignal;
  /** Is called when the connection was lost, and when it came back. */
  onConnection(state: 'lost' | 'back'): void;
}

/**
 * What happens in the simulator from an event on. A connection that is lost is made again, and continues where it ended.
 *
 * @throws {CommandFailed} the simulator does not answer at first
 */
export async function* follow(
  url: string,
  { after, signal, onConnection }: FollowOptions,
): AsyncGenerator<SimulatorEvent> {
  let last = String(after);
  let lost = false;
  let wasConnected = false;
  while (!signal.aborted) {
    try {
      const answer = await reach(`${url}/__sim/events`, { headers: { 'last-event-id': last }, signal });
      if (!answer.ok || !answer.body) throw new CommandFailed(`${url} is not a simulator: it has no events`);
      if (lost) onConnection('back');
      lost = false;
      wasConnected = true;
      for await (const event of readEvents(answer.body)) {
        last = event.id;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!wasConnected) throw error;
    }
    if (!lost) onConnection('lost');
    lost = true;
    await pause(signal);
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, AGAIN_MS);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });

/** Reads server-sent events. */
export async function* readEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<SimulatorEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = readEvent(block);
      if (event) yield event;
    }
  }
}

/** A block without data is a comment, or says how soon to come back. */
function readEvent(block: string): SimulatorEvent | undefined {
  const fields = new Map(block.split('\n').map((line) => splitOnce(line)));
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', type: fields.get('event') ?? 'message', data: JSON.parse(data) as unknown };
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf(': ');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
}
