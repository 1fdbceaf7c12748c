import type { Text } from '../text.js';
import { PARAMETERS } from './parameters.js';
import { SIGNATURES_V2 } from './v2/signatures.js';
import { BODIES_V3 } from './v3/bodies.js';
import { CONTENTS_V3 } from './v3/contents.js';
import { HEADERS_V3 } from './v3/headers.js';
import { LINES_V3 } from './v3/lines.js';
import { SIGNATURES_V3 } from './v3/signatures.js';

const CAUSES = {
  ...HEADERS_V3,
  ...SIGNATURES_V3,
  ...LINES_V3,
  ...BODIES_V3,
  ...CONTENTS_V3,
  ...SIGNATURES_V2,
  ...PARAMETERS,
};

/** Every cause that is known. */
export type CauseCode = keyof typeof CAUSES;

/** What is wrong, why that makes the signature wrong, and what to do. */
export interface Cause {
  code: CauseCode;
  what: Text;
  fix: Text;
}

/** What a text names: the same in all languages, or a text. */
export type Detail = string | Text;

/** A cause that was found, without its texts. */
export type FoundCause = readonly [code: CauseCode, detail?: Detail];

/** A cause with its texts; the detail takes the place of `$`. */
export function causeOf([code, detail = '']: FoundCause): Cause {
  const { what, fix } = CAUSES[code];
  const { en, zh } = typeof detail === 'string' ? { en: detail, zh: detail } : detail;
  return { code, what: { en: what.en.replace('$', () => en), zh: what.zh.replace('$', () => zh) }, fix };
}
