/** What the interface of the simulator answered to a request it refused, or that it does not answer. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One request to `/__sim`.
 *
 * @throws {ApiError} status 0 when nothing answers
 */
export async function request<Answer>(method: Method, path: string, body?: object): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/__sim${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, 'the simulator does not answer');
  }
  const answer = (await response.json().catch(() => ({}))) as Answer & { error?: string };
  if (response.ok) return answer;
  throw new ApiError(response.status, answer.error ?? `status ${response.status}`);
}

/** A part of a path. */
export const part = (text: string): string => encodeURIComponent(text);

/** A query of the values that are there. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const pairs = given.map(([name, value]): [string, string] => [name, String(value)]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}
