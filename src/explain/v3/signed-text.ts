import type { FoundCause } from '../causes/cause.js';
import { combinations, type Ways } from '../search.js';
import type { Known, NamedKey } from '../types.js';
import type { Layout } from './line-ways.js';
import { type Recovered, recover } from './rsa-signature.js';
import { readSignatureText } from './signature-text.js';

/** The parts of a string to sign, and how they are put together. */
export interface Parts {
  /** Every line, in order. */
  lines: readonly (string | Buffer)[];
  layout: Layout;
}

/** Which key made a signature, over which text, and what is wrong with that. */
export interface SignatureFindings {
  /** The key that made it, if it is one of those given. */
  signer?: NamedKey;
  /** The text that was signed, if it could be found. */
  signed?: string;
  causes: readonly FoundCause[];
}

/** How many mistakes are looked for at once, so that a large body is not hashed thousands of times. */
const mostMistakes = (bytes: number): number => (bytes < 4_096 ? 3 : bytes < 65_536 ? 2 : 1);

/**
 * Finds out who signed a text, and which text it was.
 *
 * @param ways the ways in which each part may have been made
 * @param partsOf the lines of a combination
 */
export function explainSignature<Values extends object>(
  signature: string,
  { keys = [], signed }: Pick<Known, 'keys' | 'signed'>,
  ways: Ways<Values>,
  partsOf: (values: Values) => Parts,
): SignatureFindings {
  const { bytes, causes } = readSignatureText(signature);
  const logged = signed === undefined ? undefined : Buffer.from(signed);
  for (const [signer, recovered] of signersOf(keys, bytes)) {
    const found = findText(ways, partsOf, recovered.covers);
    if (!(found || recovered.certain)) continue;
    const algorithm: FoundCause[] = recovered.documented ? [] : [['other-algorithm', recovered.algorithm]];
    if (found) return { signer, signed: found.text, causes: [...causes, ...algorithm, ...found.causes] };
    const known = signed === undefined ? {} : { signed };
    return { signer, ...known, causes: [...causes, ...algorithm, ['other-text']] };
  }
  const written = logged && findText(ways, partsOf, (text) => logged.equals(text));
  if (written) return { signed: written.text, causes: [...causes, ...written.causes] };
  return { ...(signed !== undefined && { signed }), causes };
}

const signersOf = (keys: readonly NamedKey[], signature: Buffer): [NamedKey, Recovered][] =>
  keys.flatMap((named): [NamedKey, Recovered][] => {
    const recovered = recover(named.key, signature);
    return recovered ? [[named, recovered]] : [];
  });

function findText<Values extends object>(
  ways: Ways<Values>,
  partsOf: (values: Values) => Parts,
  matches: (bytes: Buffer) => boolean,
): { text: string; causes: readonly FoundCause[] } | undefined {
  let most = 0;
  for (const combination of combinations(ways, 3)) {
    const parts = partsOf(combination.values);
    // The first combination is the documented one: its length says how far the search may go.
    if (combination.causes.length === 0) most = mostMistakes(bytesOf(parts).length);
    if (combination.causes.length > most) return undefined;
    const bytes = bytesOf(parts);
    if (matches(bytes)) return { text: bytes.toString(), causes: combination.causes };
  }
  return undefined;
}

/** The string to sign as bytes. */
export const bytesOf = ({ lines, layout }: Parts): Buffer =>
  layout(lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line)));
