import { canonicalBase64 } from '../../core/crypto/base64.js';
import type { FoundCause } from '../causes/cause.js';
import { text } from '../text.js';

/** The bytes of a signature, and what is wrong with its spelling. */
export interface SignatureText {
  bytes: Buffer;
  causes: FoundCause[];
}

/** Reads the text of a signature, in whatever encoding it seems to have. */
export function readSignatureText(signature: string): SignatureText {
  // Hex digits may be base64 as well, but no signature in base64 has nothing else.
  const isHex = /^(?:[0-9a-f]{2}){16,}$/i.test(signature);
  const bytes = isHex ? undefined : canonicalBase64(signature);
  if (bytes) return { bytes, causes: lengthCauses(bytes) };
  const [spelling, decoded] = otherSpelling(signature);
  return { bytes: decoded, causes: [['signature-encoding', spelling], ...lengthCauses(decoded)] };
}

const lengthCauses = ({ length }: Buffer): FoundCause[] =>
  length === 256 || length === 384 || length === 512
    ? []
    : [['signature-length', text(`it has ${length} bytes`, `共 ${length} 字节`)]];

function otherSpelling(signature: string) {
  if (/^(?:[0-9a-f]{2})+$/i.test(signature))
    return [text('it is hex', '十六进制'), Buffer.from(signature, 'hex')] as const;
  const base64 = Buffer.from(signature, 'base64');
  if (/%[0-9a-f]{2}/i.test(signature)) {
    const decoded = Buffer.from(decodeURIComponent(signature.replace(/%(?![0-9a-f]{2})/gi, '%25')), 'base64');
    return [text('it is URL-encoded', '经过 URL 编码'), decoded] as const;
  }
  if (/^[\w-]+=*$/.test(signature) && /[_-]/.test(signature)) {
    return [text('it is base64url', 'base64url'), base64] as const;
  }
  if (/\s/.test(signature)) {
    // A form decoder turns a plus into a blank.
    const repaired = Buffer.from(signature.replaceAll(/[\r\n]/g, '').replaceAll(' ', '+'), 'base64');
    return [text('it contains blanks or line ends', '含有空格或换行'), repaired] as const;
  }
  return [text('it contains other characters', '含有其他字符'), base64] as const;
}
