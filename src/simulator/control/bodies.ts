import { z } from 'zod';

/** `POST /__sim/advance`, in milliseconds. */
export const advanceBody = z.strictObject({ by: z.number().min(0) });

/** `POST /__sim/pay`: one of the first five names what is paid. */
export const payBody = z.strictObject({
  out_trade_no: z.string().optional(),
  prepay_id: z.string().optional(),
  url: z.string().optional(),
  jsapi: z.looseObject({ package: z.unknown() }).optional(),
  app: z.looseObject({ prepayid: z.unknown() }).optional(),
  person: z.string().optional(),
  page: z.string().optional(),
  coupon: z.number().int().min(0).optional(),
});

/** `POST /__sim/code`: a login without a page. */
export const codeBody = z.strictObject({
  appid: z.string().optional(),
  person: z.string().optional(),
  scope: z.enum(['snsapi_base', 'snsapi_userinfo']).optional(),
  snapshot: z.boolean().optional(),
});
