import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { Explanation, Known, NamedKey, Recorded } from '../../explain/types.js';
import { explainMessageV2 } from '../../explain/v2/message.js';
import { explainMessageV3 } from '../../explain/v3/message.js';
import { explainRequestV3 } from '../../explain/v3/request.js';
import type { Merchant } from '../accounts/merchant.js';
import type { Delivery } from '../deliveries/notification.js';
import type { RequestRecord } from '../http/request-log.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, ControlError, endpoint, notFound } from './endpoint.js';

const text = z.strictObject({ en: z.string(), zh: z.string() });

const explanation = z.strictObject({
  subject: z.string().describe('for example v3 request or v2 message'),
  verdict: z.enum(['genuine', 'wrong', 'unchecked']),
  expected: z.string().optional().describe('the string to sign, by the rule of WeChat Pay'),
  signed: z.string().optional().describe('the string that was signed, where it could be found'),
  differAt: z.int().optional().describe('where both begin to differ, in UTF-16 code units'),
  causes: z
    .array(z.strictObject({ code: z.string(), what: text, fix: text }))
    .describe('most likely first'),
  notes: z.array(text),
  content: z.string().optional().describe('what was encrypted'),
});

/** Why signatures were refused. */
export const explanationEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim/requests/{id}/explanation',
    summary: 'Explains the signature of a request: what was signed, and the usual cause',
    tag: 'Log',
    answer: explanation,
    handle: ({ params: { id = '' } }) =>
      explainRequest(state, state.requests.find(id) ?? notFound(`request ${id}`)),
  }),
  endpoint({
    method: 'GET',
    path: '/__sim/deliveries/{id}/explanation',
    summary: 'Explains the signature of an attempt to notify, as its receiver sees it',
    tag: 'Log',
    answer: explanation,
    handle: ({ params: { id = '' } }) =>
      explainDelivery(state, state.deliveries.log.find(id) ?? notFound(`delivery ${id}`)),
  }),
];

/** @throws {ControlError} 409 for a request that is not signed, or of which too little was kept */
function explainRequest(state: SimulatorState, record: RequestRecord): Explanation {
  const { id, method, path, url, headers, body, size } = record;
  if (size > body.length) {
    throw new ControlError(409, `only the first ${body.length} bytes of ${id} were kept`);
  }
  const known = merchantKeys(state, record);
  if (path.startsWith('/v3/')) {
    return explainRequestV3({ method, target: url, headers: listsOf(headers), body }, known);
  }
  if (body.toString('latin1').trimStart().startsWith('<')) return explainMessageV2(body, known);
  throw new ControlError(409, `${method} ${path} is not a request that is signed`);
}

function explainDelivery({ merchants }: SimulatorState, delivery: Delivery): Explanation {
  const { id, mchid, kind, sent, body, bodyBase64 } = delivery;
  const merchant = merchants.get(mchid);
  if (!(sent?.method === 'POST' && body !== undefined && merchant)) {
    throw new ControlError(409, `${id} sent no notification`);
  }
  const bytes = bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64');
  const known = receiverKeys(merchant);
  if (kind.startsWith('v2')) return explainMessageV2(bytes, known);
  return explainMessageV3({ method: 'POST', headers: listsOf(sent.headers), body: bytes }, known);
}

/** Header names in lower case, with every value that arrived. */
function listsOf(
  headers: Iterable<readonly [string, string]> | Readonly<Record<string, string | string[]>>,
): Recorded['headers'] {
  const lists: Record<string, string[]> = {};
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [name, value] of pairs as Iterable<[string, string | string[]]>) {
    lists[name.toLowerCase()] = [...(lists[name.toLowerCase()] ?? []), ...[value].flat()];
  }
  return lists;
}

/** What may have signed a request: the keys of all merchants. */
function merchantKeys({ merchants }: SimulatorState, { at, message }: RequestRecord): Known {
  const all = [...merchants.values()];
  return {
    keys: all.map(
      ({ mchid, keys }): NamedKey => ({
        label: `merchant ${mchid}`,
        key: createPublicKey(keys.privateKey),
        serial: keys.serial_no,
        owner: 'merchant',
        mchid,
      }),
    ),
    apiV2Keys: all.map(({ mchid, key }) => ({
      label: `the APIv2 key of ${mchid}`,
      secret: key,
      mchid,
    })),
    apiV3Keys: all.map(({ mchid, apiV3Key }) => ({
      label: `the APIv3 key of ${mchid}`,
      secret: apiV3Key,
    })),
    // Which clock judged the timestamp is known only where it was the reason.
    ...(message?.includes('timestamp') && { now: at }),
  };
}

/** What the receiver of a notification verifies and opens it with. */
const receiverKeys = ({ mchid, keys, key, apiV3Key }: Merchant): Known => ({
  keys: [keys.publicKey, ...keys.platformCertificates()].map(({ serial, privateKey }) => ({
    label: serial,
    key: createPublicKey(privateKey),
    serial,
    owner: 'WeChat Pay',
  })),
  apiV2Keys: [{ label: `the APIv2 key of ${mchid}`, secret: key, mchid }],
  apiV3Keys: [{ label: `the APIv3 key of ${mchid}`, secret: apiV3Key }],
});
