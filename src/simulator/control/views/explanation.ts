import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type {
  Explanation,
  Known,
  NamedKey,
  NamedSecret,
  Recorded,
} from '../../../explain/types.js';
import { explainMessageV2 } from '../../../explain/v2/message.js';
import { explainMessageV3 } from '../../../explain/v3/message.js';
import { explainRequestV3 } from '../../../explain/v3/request.js';
import type { Delivery } from '../../deliveries/notification.js';
import type { RequestRecord } from '../../http/request-log.js';
import type { SimulatorState } from '../../state.js';

const text = z.strictObject({ en: z.string(), zh: z.string() });

export const explanation = z.strictObject({
  subject: z.string(),
  verdict: z.enum(['genuine', 'wrong', 'unchecked']),
  expected: z.string().optional().describe('the string to sign, by the rule of WeChat Pay'),
  signed: z.string().optional().describe('the string that was signed, where it could be found'),
  differAt: z.int().optional().describe('where both strings begin to differ, in UTF-16 code units'),
  causes: z
    .array(z.strictObject({ code: z.string(), what: text, fix: text }))
    .describe('most likely first'),
  notes: z.array(text),
  content: z.string().optional().describe('what was encrypted, if it could be opened'),
});

/** All keys of this simulator: a request may be signed with that of another merchant. */
function knownOf({ merchants }: SimulatorState): Known {
  const all = [...merchants.values()];
  const keys = all.flatMap(({ mchid, keys }): NamedKey[] => [
    {
      label: `merchant ${mchid}`,
      key: createPublicKey(keys.privateKey),
      serial: keys.serial_no,
      owner: 'merchant',
      mchid,
    },
    ...[keys.publicKey, ...keys.platformCertificates()].map(
      ({ serial, privateKey }): NamedKey => ({
        label: `WeChat Pay ${serial}`,
        key: createPublicKey(privateKey),
        serial,
        owner: 'WeChat Pay',
      }),
    ),
  ]);
  const secretsOf = (name: 'key' | 'apiV3Key'): NamedSecret[] =>
    all.map((merchant) => ({
      label: `merchant ${merchant.mchid}`,
      secret: merchant[name],
      mchid: merchant.mchid,
    }));
  return { keys, apiV2Keys: secretsOf('key'), apiV3Keys: secretsOf('apiV3Key') };
}

const isXml = (body: Buffer): boolean => body.toString('latin1', 0, 64).trimStart().startsWith('<');

/** Explains the signature of a request; `undefined` when its host asks for none. */
export function explainRequest(
  state: SimulatorState,
  { method, url, path, headers, body, size, realAt, message: refusal }: RequestRecord,
): Explanation | undefined {
  // Nothing can be said about a part of a body.
  if (size > body.length) return undefined;
  // Which of the two clocks judged the timestamp is known only where it was the reason.
  const isStale = refusal?.includes('timestamp') ?? false;
  const known = { ...knownOf(state), ...(isStale && { now: realAt }) };
  const message: Recorded = { method, target: url, headers: distinct(headers), body };
  if (path.startsWith('/v3/')) return explainRequestV3(message, known);
  return isXml(body) ? explainMessageV2(body, known) : undefined;
}

/** Explains the signature of a notification, as its receiver sees it. */
export function explainDelivery(
  state: SimulatorState,
  { sent, body, bodyBase64, realAt }: Delivery,
): Explanation | undefined {
  if (sent?.method !== 'POST' || body === undefined) return undefined;
  const bytes = bodyBase64 ? Buffer.from(bodyBase64, 'base64') : Buffer.from(body);
  const known = { ...knownOf(state), now: realAt };
  if (isXml(bytes)) return explainMessageV2(bytes, known);
  const pairs = Object.entries(sent.headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  return explainMessageV3({ headers: distinct(pairs), body: bytes }, known);
}

function distinct(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    headers[lower] = [...(headers[lower] ?? []), value];
  }
  return headers;
}
