/**
 * Bytes of a text that is base64 in its one canonical spelling, `undefined` otherwise. Node's decoder also takes the URL alphabet,
 * blanks, missing padding and stray low bits, so that many texts would stand for one signature.
 */
export function canonicalBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
