import { causeOf, type FoundCause } from './causes/cause.js';
import { firstDifference } from './difference.js';
import type { Text } from './text.js';
import type { Explanation, Subject } from './types.js';

/** What was found out about a message. */
export interface Findings {
  subject: Subject;
  /** Whether a signature was compared with a key at all. */
  checked: boolean;
  expected?: string | undefined;
  signed?: string | undefined;
  causes: readonly FoundCause[];
  notes?: readonly Text[];
  content?: string | undefined;
}

/** The explanation that findings lead to. Each cause is named once. */
export function conclude({ subject, checked, expected, signed, causes, notes = [], content }: Findings): Explanation {
  const named = [...new Map(causes.map(causeOf).map((cause) => [`${cause.code} ${cause.what.en}`, cause])).values()];
  const found = expected !== undefined && signed !== undefined && signed !== expected ? signed : undefined;
  const differAt = found === undefined ? undefined : firstDifference(expected as string, found);
  return {
    subject,
    verdict: named.length > 0 ? 'wrong' : checked ? 'genuine' : 'unchecked',
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { signed: found }),
    ...(differAt !== undefined && { differAt }),
    causes: named,
    notes: [...notes],
    ...(content !== undefined && { content }),
  };
}
