import { z } from 'zod';
import { CURRENCY, OUT_REFUND_NO, OUT_TRADE_NO, REFUND_ID, TRANSACTION_ID } from '../ids.js';

/** Fen, at least one. */
export const fenAtLeastOne = z.int().min(1);
/** Fen, never negative: what is left to pay or to give back after coupons. */
export const fenAmount = z.int().min(0);
export const out_trade_no = z.string().regex(OUT_TRADE_NO);
export const transaction_id = z.string().regex(TRANSACTION_ID);
export const out_refund_no = z.string().regex(OUT_REFUND_NO);
export const refund_id = z.string().regex(REFUND_ID);
export const currency = z.string().regex(CURRENCY);

/** Bytes to a JSON object: strict UTF-8, nothing but an object. `undefined` for everything else. */
export function readObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Which fields a shape found wrong: names only, for a value may be a payer's. */
export const wrongFields = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 5)
    .map(({ path }) => path.map(String).join('/') || 'the whole')
    .join(', ');
