import type { Recorded } from '../../explain/types.js';
import { CommandFailed } from '../usage.js';

/** What a shop answered. */
export interface Answered {
  status: number;
  body: string;
  /** Whether WeChat Pay would stop sending. */
  acknowledged: boolean;
  /** Milliseconds. */
  duration: number;
}

/** Headers that belong to the connection, or are made anew. */
const NOT_SENT = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'expect',
  'accept-encoding',
]);
const PATIENCE_MS = 30_000;

/**
 * Sends a message as it is.
 *
 * @throws {CommandFailed} nothing answers there
 */
export async function send(address: string, { headers, body }: Recorded): Promise<Answered> {
  const sent = Object.entries(headers).flatMap(([name, values]) =>
    NOT_SENT.has(name) ? [] : values.map((value): [string, string] => [name, value]),
  );
  const isXml = body.toString('latin1').trimStart().startsWith('<');
  if (headers['content-type'] === undefined) sent.push(['content-type', isXml ? 'text/xml' : 'application/json']);
  const started = performance.now();
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: sent,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    const acknowledged = isXml ? isSuccess(answer.status, text) : answer.status === 200 || answer.status === 204;
    return { status: answer.status, body: text, acknowledged, duration: Math.round(performance.now() - started) };
  } catch (cause) {
    const reason =
      (cause as Error).name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : 'nothing answers there';
    throw new CommandFailed(`${address}: ${reason}`, { cause });
  }
}

const isSuccess = (status: number, text: string): boolean =>
  status === 200 && /<return_code>\s*(?:<!\[CDATA\[)?SUCCESS(?:\]\]>)?\s*<\/return_code>/.test(text);
