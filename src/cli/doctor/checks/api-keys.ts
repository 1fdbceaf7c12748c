import type { V2Facts, V3Facts } from '../facts.js';
import { error, type Finding, ok, warning } from '../finding.js';

const OPENING = 'The content of notifications and certificates could not be opened.';
const SIGNING = 'WeChat Pay would answer 签名错误.';

/** Whether the APIv2 and APIv3 keys have their lengths. Their values are never shown. */
export function checkApiKeys(v3: V3Facts | undefined, v2: V2Facts | undefined): Finding[] {
  const v3Keys = listOf(v3?.apiV3Key);
  const v2Keys = listOf(v2?.key);
  return [
    ...v3Keys.flatMap((key) => lengthFindings('v3.apiV3Key', key, OPENING)),
    ...v2Keys.flatMap((key) => lengthFindings('v2.key', key, SIGNING)),
    ...(v3Keys.some((key) => v2Keys.includes(key)) ? [SAME] : []),
  ];
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());

const SAME = warning(
  'v3.apiV3Key',
  'it is the same as v2.key',
  'They are set separately in the merchant platform. With one value, whoever learns one has both.',
  'Set them to different values.',
);

function lengthFindings(subject: string, key: unknown, why: string): Finding[] {
  if (typeof key !== 'string')
    return [error(subject, `it is ${key === null ? 'null' : `a ${typeof key}`}`, why, 'Give a string.')];
  const bytes = Buffer.byteLength(key);
  const fix = 'Give the 32 characters that were set in the merchant platform, without blanks, quotes or line ends.';
  if (key !== key.trim()) return [error(subject, 'it begins or ends with a blank or a line end', why, fix)];
  if (/^(["']).*\1$/.test(key)) return [error(subject, 'it is in quotes', why, fix)];
  if (bytes !== 32) return [error(subject, `it has ${bytes} bytes, and must have 32`, why, fix)];
  return [ok(subject, 'has 32 bytes')];
}
