/** The few forms of ASN.1 DER that a certificate consists of. */

const wrap = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);

function lengthOf(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...parts: Buffer[]): Buffer => wrap(0x30, Buffer.concat(parts));
export const set = (...parts: Buffer[]): Buffer => wrap(0x31, Buffer.concat(parts));
export const boolean = (value: boolean): Buffer => wrap(0x01, Buffer.from([value ? 0xff : 0]));
export const nullValue = (): Buffer => wrap(0x05, Buffer.alloc(0));
export const utf8String = (text: string): Buffer => wrap(0x0c, Buffer.from(text));
export const octetString = (content: Buffer): Buffer => wrap(0x04, content);

/** A BIT STRING. The last byte may have unused bits. */
export const bitString = (content: Buffer, unused = 0): Buffer =>
  wrap(0x03, Buffer.concat([Buffer.from([unused]), content]));

/** An explicit tag `[n]` around a whole value. */
export const explicit = (n: number, content: Buffer): Buffer => wrap(0xa0 | n, content);

/** An implicit tag `[n]` that replaces the tag of a primitive value. */
export const implicit = (n: number, content: Buffer): Buffer => wrap(0x80 | n, content);

/** A non-negative integer from big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  // A set top bit would make the number negative.
  const negative = (short[0] as number) >= 0x80;
  return wrap(0x02, negative ? Buffer.concat([Buffer.from([0]), short]) : short);
}

/** An object identifier such as `1.2.840.113549.1.1.11`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return wrap(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** UTCTime up to 2049 and GeneralizedTime after it, as X.509 requires. Unix milliseconds. */
export function time(at: number): Buffer {
  const text = `${new Date(at).toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  return text < '2050' ? wrap(0x17, Buffer.from(text.slice(2))) : wrap(0x18, Buffer.from(text));
}
