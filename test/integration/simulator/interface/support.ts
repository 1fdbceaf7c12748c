import type { Simulator } from '../../../../src/simulator/index.js';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of any operation
  body: any;
}

/** One request to the interface, without the `/__sim` of its path. */
export async function ask(
  sim: Simulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sim.url}/__sim${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

export const NEW_ORDER = {
  out_trade_no: 'SHOP00A17',
  total: 1990,
  notify_url: 'http://127.0.0.1:9/notify',
};
