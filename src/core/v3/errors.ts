import { z } from 'zod';
import { ApiError, type ApiMeaning } from '../errors.js';
import type { Call } from './merchant.js';
import { readObject } from './shape.js';

// Nothing but the code decides: one code comes with several statuses, and texts change.
const MEANINGS: Readonly<Record<string, ApiMeaning>> = Object.assign(Object.create(null), {
  ORDER_PAID: 'order_paid',
  ORDERPAID: 'order_paid',
  ORDER_CLOSED: 'order_closed',
  ORDERCLOSED: 'order_closed',
  OUT_TRADE_NO_USED: 'order_changed',
  ORDER_NOT_EXIST: 'order_not_found',
  ORDERNOTEXIST: 'order_not_found',
  REFUND_NOT_EXISTS: 'refund_not_found',
  REFUND_FEE_MISMATCH: 'refund_mismatch',
  NO_STATEMENT_EXIST: 'no_bill',
  STATEMENT_CREATING: 'bill_not_ready',
  NOT_ENOUGH: 'not_enough',
  FREQUENCY_LIMITED: 'too_frequent',
  FREQUENCY_LIMIT_EXCEED: 'too_frequent',
  RATELIMIT_EXCEEDED: 'too_frequent',
  SYSTEM_ERROR: 'unknown_outcome',
  SERVICE_UNAVAILABLE: 'unknown_outcome',
});

/** What a refusal means to the host. `RESOURCE_NOT_EXISTS` says "no such refund" only where a refund was asked for. */
export function meaningOf(status: number, code: string, { method, path }: Pick<Call, 'method' | 'path'>): ApiMeaning {
  if (code === 'RESOURCE_NOT_EXISTS' && path.startsWith('/v3/refund/')) {
    // Asked to refund, WeChat means the payment.
    return method === 'GET' ? 'refund_not_found' : 'order_not_found';
  }
  const known = MEANINGS[code];
  if (known) return known;
  if (status === 429) return 'too_frequent';
  // 202: accepted, repeat with the same parameters.
  return status >= 500 || status === 202 ? 'unknown_outcome' : 'other';
}

const shape = z.looseObject({
  code: z.string().regex(/^\w{1,64}$/),
  message: z.string().default(''),
  detail: z.unknown().optional(),
});

/**
 * A refusal as an error. These answers are unsigned: they may be believed to stop, never to go on.
 *
 * @param request_id of the `Request-ID` header, which some answers lack
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012081709
 */
export function readRefusal(call: Call, status: number, body: Uint8Array, request_id: string | undefined): ApiError {
  const read = shape.safeParse(readObject(body));
  // 404 and 405 come empty for a path or method WeChat does not know; 502 and 503 as a page.
  const { code, message, detail } = read.success
    ? read.data
    : { code: `HTTP_${status}`, message: '', detail: undefined };
  const meaning = meaningOf(status, code, call);
  return new ApiError(call.operation, {
    status,
    code,
    text: message,
    meaning,
    ...(detail === undefined ? {} : { detail }),
    ...(request_id === undefined ? {} : { request_id }),
  });
}
