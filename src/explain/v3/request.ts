import type { FoundCause } from '../causes/cause.js';
import { conclude } from '../conclude.js';
import { mistake, type Way } from '../search.js';
import { text } from '../text.js';
import type { Explanation, Known, NamedKey, Recorded } from '../types.js';
import { type AuthorizationValues, readAuthorizationHeader } from './authorization-header.js';
import { bodyWays } from './body-ways.js';
import { sameSerial, serialCauses, timestampCauses } from './facts.js';
import { type Layout, layoutWays, nonceWays, timestampWays } from './line-ways.js';
import { bytesOf, explainSignature, type Parts } from './signed-text.js';
import { methodWays, targetWays } from './target-ways.js';

interface Values {
  method: string;
  target: string;
  timestamp: string;
  nonce: string;
  body: Buffer;
  layout: Layout;
}

const partsOf = ({ method, target, timestamp, nonce, body, layout }: Values): Parts => ({
  lines: [method, target, timestamp, nonce, body],
  layout,
});

/**
 * Explains the signature of a request to API v3.
 *
 * @param known.keys the public keys of merchants that may have signed it
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365336
 */
export function explainRequestV3(request: Recorded, known: Known): Explanation {
  const subject = 'v3 request';
  const [header, ...more] = request.headers.authorization ?? [];
  if (header === undefined) return conclude({ subject, checked: false, causes: [['no-authorization']] });
  if (more.length > 0) return conclude({ subject, checked: false, causes: [['headers-twice', 'Authorization']] });
  const { values, causes } = readAuthorizationHeader(header);
  const ways = waysOf(request, values);
  const documented = { method: ways.method[0], target: ways.target[0], body: ways.body[0] };
  const expected = bytesOf(
    partsOf({
      method: documented.method?.value ?? '',
      target: documented.target?.value ?? '',
      timestamp: values.timestamp,
      nonce: values.nonce_str,
      body: documented.body?.value ?? Buffer.alloc(0),
      layout: ways.layout[0]?.value as Layout,
    }),
  ).toString();
  const form = [
    ...causes,
    ...(values.timestamp === '' ? [] : timestampCauses(values.timestamp, known.now)),
    ...(values.serial_no === '' ? [] : serialCauses(values.serial_no)),
    ...merchantCauses(request, values),
  ];
  const keys = known.keys ?? [];
  if (Object.values(values).includes('')) return conclude({ subject, checked: false, expected, causes: form });
  const { signer, signed, causes: why } = explainSignature(values.signature, known, ways, partsOf);
  // What no RSA key can have made tells nothing about the key.
  const noKey = keys.length === 0 || why.some(([code]) => code === 'signature-length');
  const whose = noKey ? [] : signerCauses(signer, values);
  const notes =
    keys.length > 0 ? [] : [text('no key was given: the signature itself was not checked', '未提供密钥，没有验签')];
  return conclude({ subject, checked: keys.length > 0, expected, signed, causes: [...whose, ...why, ...form], notes });
}

function waysOf({ method = 'GET', target = '/', headers, body }: Recorded, values: AuthorizationValues) {
  return {
    method: methodWays(method),
    target: targetWays(target, headers.host?.[0]),
    timestamp: timestampWays(values.timestamp),
    nonce: nonceWays(values.nonce_str),
    body: signedBodyWays(headers['content-type']?.[0] ?? '', body),
    layout: layoutWays(5),
  };
}

const META = /name="meta".*?\r?\n\r?\n(.*?)\r?\n--/s;

/** Of an upload only the part `meta` is signed. */
function signedBodyWays(type: string, body: Buffer): Way<Buffer>[] {
  const meta = type.startsWith('multipart/') ? META.exec(body.toString('latin1'))?.[1] : undefined;
  if (meta === undefined) return bodyWays(body);
  return [...bodyWays(Buffer.from(meta, 'latin1')), mistake(body, 'body-multipart')];
}

function signerCauses(signer: NamedKey | undefined, { mchid, serial_no }: AuthorizationValues): FoundCause[] {
  if (!signer) return [['unknown-key']];
  const { label, serial } = signer;
  if (signer.mchid !== mchid && signer.mchid !== undefined) return [['key-of-another', label]];
  if (serial === undefined || sameSerial(serial, serial_no)) return [];
  return [['serial-of-another', text(`it is ${serial}, not ${serial_no}`, `应为 ${serial}，而不是 ${serial_no}`)]];
}

/** The merchant that the message names must be the one who signs. */
function merchantCauses({ target = '', body }: Recorded, { mchid }: AuthorizationValues): FoundCause[] {
  const query = new URLSearchParams(target.split('?')[1]);
  const fields = readJson(body);
  for (const name of ['mchid', 'sp_mchid']) {
    const named = fields[name] ?? query.get(name);
    if (typeof named !== 'string' || named === '' || named === mchid || mchid === '') continue;
    return [['mchid-mismatch', `${mchid}, ${name} ${named}`]];
  }
  return [];
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
