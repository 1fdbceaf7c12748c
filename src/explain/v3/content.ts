import { openGcm } from '../../core/crypto/aead.js';
import { canonicalBase64 } from '../../core/crypto/base64.js';
import type { FoundCause } from '../causes/cause.js';
import { text } from '../text.js';
import type { NamedSecret } from '../types.js';

/** What the body of a notification encrypts, and why it could not be opened. */
export interface ContentFindings {
  content?: string;
  causes: readonly FoundCause[];
}

/** Opens the `resource` of a notification. A body without one has no content. */
export function explainContent(body: Buffer, keys: readonly NamedSecret[]): ContentFindings {
  const resource = resourceOf(body);
  if (!resource || keys.length === 0) return { causes: [] };
  const { ciphertext, nonce, associated_data = '' } = resource;
  const sealed = typeof ciphertext === 'string' ? canonicalBase64(ciphertext) : undefined;
  if (!sealed) return { causes: [['content-malformed', text('ciphertext is not base64', 'ciphertext 不是 base64')]] };
  if (typeof nonce !== 'string' || typeof associated_data !== 'string') {
    return {
      causes: [
        ['content-malformed', text('nonce or associated_data is no text', 'nonce 或 associated_data 不是字符串')],
      ],
    };
  }
  const whole = keys.filter(({ secret }) => Buffer.byteLength(secret) === 32);
  for (const { secret } of whole) {
    const content = opened(secret, { nonce, associated_data, sealed });
    if (content !== undefined) return { content, causes: [] };
  }
  const wrongLength = keys.find(({ secret }) => Buffer.byteLength(secret) !== 32);
  const causes: FoundCause[] = wrongLength
    ? [['api-v3-key-length', String(Buffer.byteLength(wrongLength.secret))]]
    : [['api-v3-key-wrong', withoutData(whole, { nonce, sealed })]];
  return { causes };
}

/** A receiver that drops `associated_data` fails as one with a wrong key does. */
function withoutData(keys: readonly NamedSecret[], sealed: { nonce: string; sealed: Buffer }) {
  const usual = ['', 'transaction', 'refund'];
  const found = usual.find((associated_data) =>
    keys.some(({ secret }) => opened(secret, { ...sealed, associated_data }) !== undefined),
  );
  if (found === undefined) return '';
  return text(`: it was encrypted with the associated_data "${found}"`, `：加密时的 associated_data 是 “${found}”`);
}

interface Sealed {
  nonce: string;
  associated_data: string;
  sealed: Buffer;
}

function opened(secret: string, { nonce, associated_data, sealed }: Sealed): string | undefined {
  try {
    return openGcm(Buffer.from(secret), nonce, associated_data, sealed).toString();
  } catch {
    return undefined;
  }
}

function resourceOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    const { resource } = JSON.parse(body.toString()) as { resource?: unknown };
    return typeof resource === 'object' && resource !== null ? (resource as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
