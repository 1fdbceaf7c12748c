/** The few forms of ASN.1 DER that a certificate is made of. */

const wrap = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag]), length(content.length), content]);

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...parts: Buffer[]): Buffer => wrap(0x30, Buffer.concat(parts));
export const set = (...parts: Buffer[]): Buffer => wrap(0x31, Buffer.concat(parts));
export const nothing = (): Buffer => wrap(0x05, Buffer.alloc(0));
export const utf8 = (text: string): Buffer => wrap(0x0c, Buffer.from(text));
export const octets = (content: Buffer): Buffer => wrap(0x04, content);
/** Whole bytes: no bit unused. */
export const bits = (content: Buffer): Buffer => wrap(0x03, Buffer.concat([Buffer.from([0]), content]));
/** `[n]` around a whole value. */
export const explicit = (n: number, content: Buffer): Buffer => wrap(0xa0 | n, content);
/** `[n]` in the place of a primitive value's own tag. */
export const implicit = (n: number, content: Buffer): Buffer => wrap(0x80 | n, content);

/** Not negative, big-endian. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  return wrap(0x02, (short[0] as number) & 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short);
}

/** `1.2.840.113549.1.1.11` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return wrap(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** UTCTime up to 2049, GeneralizedTime from then on, as X.509 wants them. */
export function time(seconds: number): Buffer {
  const text = `${new Date(seconds * 1000).toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  return text < '2050' ? wrap(0x17, Buffer.from(text.slice(2))) : wrap(0x18, Buffer.from(text));
}
