import { CommandFailed, UsageError } from '../usage.js';

/** The interface of a running simulator. */
export interface SimulatorClient {
  readonly url: string;
  /**
   * One request to `/__sim`.
   *
   * @throws {UsageError} the simulator does not understand it
   * @throws {CommandFailed} it does not answer, or cannot do it
   */
  request<Answer>(method: string, path: string, body?: object): Promise<Answer>;
}

/** @param url an address without a trailing slash */
export const connect = (url: string): SimulatorClient => ({
  url,
  request: async <Answer>(method: string, path: string, body?: object) => {
    const answer = await reach(`${url}/__sim${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const json = await readJson(answer, url);
    if (answer.ok) return json as Answer;
    const { error = `status ${answer.status}` } = json as { error?: string };
    // 400 is a value that is wrong; anything else is about what there is.
    throw answer.status === 400 ? new UsageError(error) : new CommandFailed(error);
  },
});

/** @throws {CommandFailed} nothing answers there */
export async function reach(address: string, options: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(address, options);
  } catch (cause) {
    if ((cause as Error).name === 'AbortError') throw cause;
    const { origin } = new URL(address);
    throw new CommandFailed(
      `${origin} does not answer: start a simulator with "npx koa-wxpay simulate", or give its address with --url`,
      { cause },
    );
  }
}

async function readJson(answer: Response, url: string): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    throw new CommandFailed(`${url} is not a simulator: it answers ${answer.status} and no JSON`);
  }
}

/** A part of a path. */
export const part = (text: string): string => encodeURIComponent(text);

/** A query of the values that are there. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
