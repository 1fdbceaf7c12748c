import { z } from 'zod';

/** Forms of values in answers. */
export const time = z.number().describe("Unix milliseconds on the simulator's clock");
export const fen = z.int().describe('fen');
export const tradeState = z.enum(['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED']);

/** A body as text, or in base64 when it is not UTF-8. */
export const body = z.strictObject({
  text: z.string().optional(),
  base64: z.string().optional(),
  size: z.int().describe('the bytes of the whole body'),
  truncated: z.boolean().describe('whether only the first part was kept'),
});

/** Shows a body. */
export function bodyView(bytes: Buffer, size = bytes.length): z.infer<typeof body> {
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes) || size > bytes.length;
  const shown = isText ? { text } : { base64: bytes.toString('base64') };
  return { ...shown, size, truncated: size > bytes.length };
}

export const headers = z
  .array(z.strictObject({ name: z.string(), value: z.string() }))
  .describe('in the order and the spelling in which they were sent');

export const headersView = (pairs: Iterable<readonly [string, string]>): z.infer<typeof headers> =>
  [...pairs].map(([name, value]) => ({ name, value }));
