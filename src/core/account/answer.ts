import { z } from 'zod';
import { ApiError, WxpayError } from '../errors.js';
import type { ApiMeaning } from '../meanings.js';

const refusal = z.looseObject({ errcode: z.number().int(), errmsg: z.string().catch('') });

/** Reads an answer of `api.weixin.qq.com`: JSON whatever its content type, a refusal by its `errcode` whatever its status. */
export function readAnswer<T>(operation: string, body: Buffer, shape: z.ZodType<T>): T {
  const json = parseJson(operation, body);
  const refused = refusal.safeParse(json);
  if (refused.success && refused.data.errcode !== 0) {
    const { errcode, errmsg } = refused.data;
    throw new ApiError(operation, { status: 200, wechatCode: `${errcode}`, text: errmsg, meaning: meaningOf(errcode) });
  }
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const fields = read.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
  throw badAnswer(`${operation}: the answer has not the documented form (${fields})`);
}

function parseJson(operation: string, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // the parser's own error quotes the text, and the text can hold a token
    throw badAnswer(`${operation}: the answer is not JSON`);
  }
}

export const badAnswer = (message: string): WxpayError =>
  new WxpayError('ERR_WXPAY_BAD_ANSWER', message, { status: 502 });

function meaningOf(errcode: number): ApiMeaning {
  if (errcode === -1) return 'unknown_outcome';
  return errcode === 45009 || errcode === 45011 ? 'too_frequent' : 'other';
}
