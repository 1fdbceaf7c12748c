import { otherEncodings } from '../body-encodings.js';
import type { FoundCause } from '../causes/cause.js';
import { type Combination, combinations, mistake, right, type Way, type Ways } from '../search.js';
import { text } from '../text.js';
import type { NamedSecret } from '../types.js';
import { type Digest, digestWays } from './digests.js';
import { type Choose, chooseWays, type Field, type Sort, sortWays, type Write, writeWays } from './field-ways.js';
import { HIDDEN_KEY, type KeyWay, keyWays } from './key-ways.js';

interface Values {
  choose: Choose;
  sort: Sort;
  write: Write;
  join: string;
  key: KeyWay;
  digest: Digest;
  encode: Encode;
}

type Encode = (text: string) => Buffer;

/** What a `sign` covers, in place of what it must cover. */
export interface FieldFindings {
  expected: string;
  signed?: string;
  causes: readonly FoundCause[];
}

/** A signature over fields. */
export interface SignedFields {
  fields: readonly Field[];
  /** The hex digest that arrived. */
  sign: string;
  /** `MD5` or `HMAC-SHA256`. */
  signType: string;
}

/** The string to sign without its key, as the documented rule makes it. */
const joined = ({ choose, sort, write, join }: Values, fields: readonly Field[]): string =>
  sort(choose(fields).map(write))
    .map(([name, value]) => `${name}=${value}`)
    .join(join);

/** The string to sign as the documented rule makes it, without the key. */
export function expectedText(fields: readonly Field[]): string {
  const chosen = chooseWays(fields)[0]?.value(fields) ?? [];
  const sorted = sortWays()[0]?.value(chosen) ?? [];
  return `${sorted.map(([name, value]) => `${name}=${value}`).join('&')}&key=${HIDDEN_KEY}`;
}

/**
 * Finds out which text a `sign` covers.
 *
 * @param signed the text that a program logged, if there is one
 */
export function explainFields(
  message: SignedFields,
  secret: NamedSecret,
  others: readonly NamedSecret[],
  signed: string | undefined,
): FieldFindings {
  const { fields, sign } = message;
  const expected = expectedText(fields);
  const { digest, causes } = formOf(sign);
  const ways = waysOf(message, secret, others);
  const made = find(ways, (values) => {
    const bytes = values.encode(values.key.append(joined(values, fields)));
    return values.digest(bytes, values.key.secret) === digest;
  });
  if (made) return { expected, signed: shown(made, fields), causes: [...causes, ...made.causes] };
  if (signed === undefined) return { expected, causes: [...causes, ['other-text-v2']] };
  const logged = hideKey(signed, secret);
  const written = find(ways, (values) => values.key.show(joined(values, fields)) === logged);
  const only: FoundCause[] = logged === expected ? [['key-of-another-v2', ONLY_THE_KEY]] : [];
  const why = written && only.length === 0 ? written.causes : [['other-text-v2'] as const];
  return { expected, signed: logged, causes: [...causes, ...(only.length > 0 ? only : why)] };
}

const ONLY_THE_KEY = text(
  'the string that was signed is right, so that only the key or the algorithm can differ',
  '待签名串正确，只可能是密钥或算法不同',
);

/** A logged string ends with the key, which is not shown. */
const hideKey = (logged: string, { secret }: NamedSecret): string =>
  logged.replaceAll(secret, HIDDEN_KEY).replace(/(^|&)key=[^&<\r\n]+/g, `$1key=${HIDDEN_KEY}`);

const shown = ({ values }: Combination<Values>, fields: readonly Field[]): string =>
  values.key.show(joined(values, fields));

function formOf(sign: string): { digest: string; causes: FoundCause[] } {
  if (!/^(?:[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64})$/i.test(sign)) {
    return { digest: sign, causes: [['sign-form', JSON.stringify(sign.slice(0, 80))]] };
  }
  const digest = sign.toUpperCase();
  return { digest, causes: digest === sign ? [] : [['sign-lower-case']] };
}

const waysOf = (
  { fields, signType }: SignedFields,
  secret: NamedSecret,
  others: readonly NamedSecret[],
): Ways<Values> => ({
  key: keyWays(secret, others),
  digest: digestWays(signType),
  choose: chooseWays(fields),
  sort: sortWays(),
  write: writeWays(fields),
  join: [right('&'), mistake('', 'fields-joined')],
  encode: encodeWays(),
});

/** A program that makes two mistakes at once is common, one that makes three is not. */
function find(ways: Ways<Values>, matches: (values: Values) => boolean): Combination<Values> | undefined {
  for (const combination of combinations(ways, 2)) if (matches(combination.values)) return combination;
  return undefined;
}

const encodeWays = (): Way<Encode>[] => [
  right((whole) => Buffer.from(whole)),
  ...['GBK', 'ISO-8859-1', 'US-ASCII', 'UTF-8 of UTF-8', 'UTF-16'].map((name) =>
    mistake<Encode>(
      (whole) => otherEncodings(whole).find(([each]) => each === name)?.[1] ?? Buffer.from(whole),
      'encoding',
      name,
    ),
  ),
];
