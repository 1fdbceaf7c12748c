import type { FoundCause } from '../causes/cause.js';
import { type Text, text } from '../text.js';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const NAMES = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const;

/** The five values of an `Authorization` header, as far as they can be read. */
export type AuthorizationValues = Record<(typeof NAMES)[number], string>;

/** Reads the header as leniently as possible, and says what is wrong with its form. */
export function readAuthorizationHeader(header: string): { values: AuthorizationValues; causes: FoundCause[] } {
  const [scheme = '', ...rest] = header.split(' ');
  const pairs = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of rest
    .join(' ')
    .matchAll(/(\w+)\s*=\s*(?:["']([^"']*)["']|([^,\s]*))/g)) {
    pairs.set(name, quoted ?? bare);
  }
  const values = Object.fromEntries(NAMES.map((name) => [name, pairs.get(name) ?? '']));
  const causes: FoundCause[] = [];
  if (scheme !== SCHEME) causes.push(['wrong-scheme', JSON.stringify(scheme.slice(0, 40))]);
  const problem = problemIn(rest.join(' '), pairs);
  if (problem !== undefined) causes.push(['authorization-malformed', problem]);
  return { values: values as AuthorizationValues, causes };
}

function problemIn(pairs: string, read: ReadonlyMap<string, string>): Text | undefined {
  const missing = NAMES.filter((name) => !read.get(name)).join(', ');
  const others = [...read.keys()].filter((name) => !(NAMES as readonly string[]).includes(name)).join(', ');
  if (missing !== '') {
    const [but, als] = others === '' ? ['', ''] : [`, but ${others}`, `，却有 ${others}`];
    return text(`it has no ${missing}${but}`, `缺少 ${missing}${als}`);
  }
  if (pairs.includes("'")) return text('it has single quotes', '使用了单引号');
  if (/^(?:\w+="[^"]*",){4}\w+="[^"]*"$/.test(pairs)) return undefined;
  return /"\s|\s=|=\s|,\s/.test(pairs)
    ? text('it has blanks between the pairs', '各项之间有空格')
    : text('it is not five pairs name="value"', '不是五个 name="value"');
}
