import { z } from 'zod';
import { isErrcode } from './errcodes.js';

/** Forms of values that several lists use. Durations are in milliseconds, amounts in fen. */
export const duration = z.number().min(0);
/** A duration on the real clock: a timer that is waited for. */
export const wait = z.int().min(0).max(600_000);
export const fen = z.int().min(0);
/** The number of a page with an error, such as `10009`. */
export const pageErrcode = z.int();

/** An error of api.weixin.qq.com: one whose text is known, or one with its text. */
export type WeixinError = number | { errcode: number; errmsg: string };
export const weixinError: z.ZodType<WeixinError> = z.union([
  z.int().refine(isErrcode, {
    error: 'has no known text: use { "errcode": …, "errmsg": "…" } for it',
  }),
  z.strictObject({ errcode: z.int(), errmsg: z.string() }),
]);
