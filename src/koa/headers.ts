import type { IncomingMessage } from 'node:http';
import type { HeadersDistinct } from '../client/merchant/notification-format.js';

/**
 * The headers of a request, every one as the list of the values that arrived.
 *
 * Node's HTTP/1 server offers this as `req.headersDistinct`. Its HTTP/2 server has only `rawHeaders`, and adapters that hand
 * the event of a serverless platform to Koa fill only `headers`, some of them with an empty `rawHeaders` beside it. Where several
 * of these know a header, the longest list counts: a repetition that can be seen anywhere is seen here.
 */
export function distinctHeaders({ headers, headersDistinct, rawHeaders }: IncomingMessage): HeadersDistinct {
  const found: HeadersDistinct = Object.create(null);
  for (const source of [collect(pairs(rawHeaders)), collect(entries(headersDistinct)), collect(entries(headers))]) {
    for (const [name, values] of source) {
      if (values.length > (found[name]?.length ?? 0)) found[name] = values;
    }
  }
  return found;
}

type Values = string | string[] | undefined;

/** Values under one name in two spellings belong together: `X-A` and `x-a` are one header that came twice. */
function collect(entries: Iterable<[name: string, values: Values]>): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, values] of entries) {
    const key = name.toLowerCase();
    lists.set(key, [...(lists.get(key) ?? []), ...[values ?? []].flat()]);
  }
  return lists;
}

const entries = (headers: NodeJS.Dict<Values> | undefined): [string, Values][] => Object.entries(headers ?? {});

function* pairs(rawHeaders: readonly string[] | undefined): Generator<[string, string | undefined]> {
  for (let at = 0; at < (rawHeaders?.length ?? 0); at += 2) yield [rawHeaders![at]!, rawHeaders![at + 1]];
}
