import { z } from 'zod';
import type { CashierSwitches } from '../cashier/switches.js';
import { apiFault, nextFaults, notifyFault } from '../fault-shapes.js';

const errcode = z.number().int();

const oauth = z.strictObject({
  consent: z.enum(['ask', 'allow', 'deny']).optional(),
  denied: z.enum(['redirect', 'stay']).optional(),
  requireWechat: z.boolean().optional(),
  parameterOrder: z.boolean().optional(),
  errorPage: errcode.nullish(),
  snapshot: z.boolean().optional(),
  snapshotUserinfo: z.enum(['refuse', 'answer']).optional(),
  doubleCallback: z.boolean().optional(),
  usedCode: z.union([z.literal(40163), z.literal(40029)]).optional(),
  wrongSecret: z.union([z.literal(40125), z.literal(40001)]).optional(),
  errors: z.record(z.string(), errcode.nullable()).optional(),
});

const cashier = z.strictObject({
  bridge: z.enum(['later', 'already']).optional(),
  coupon: z.number().int().min(0).optional(),
  falseOk: z.boolean().optional(),
}) satisfies z.ZodType<Partial<CashierSwitches>>;

const refund = z.strictObject({
  outcome: z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL']).optional(),
  delay: z.number().min(0).optional(),
  notification: z.enum(['after', 'never']).optional(),
  notEnough: z.boolean().optional(),
  limiter: z.boolean().optional(),
});

const bill = z.strictObject({
  rows: z.number().int().min(0).max(10_000_000).optional(),
  wrongHash: z.boolean().optional(),
});

const v3 = z.strictObject({
  notifyWith: z.enum(['alternate', 'publicKey', 'certificate']).optional(),
  v2Orders: z.enum(['works', 'unknown', 'used']).optional(),
});

/** `POST /__sim/switches`: what is named is set; `null` clears a fault. */
export const switchesBody = z.strictObject({
  notification: z.enum(['before', 'after', 'never']).optional(),
  lag: z.number().min(0).optional(),
  notify: notifyFault.nullish(),
  api: z.record(z.string(), apiFault.nullable()).optional(),
  oauth: oauth.optional(),
  cashier: cashier.optional(),
  refund: refund.optional(),
  bill: bill.optional(),
  v3: v3.optional(),
  next: nextFaults.optional(),
});

/** `POST /__sim/advance` */
export const advanceBody = z.strictObject({ seconds: z.number().min(0) });

/** `POST /__sim/pay`: one of the three ways to name what is paid. */
export const payBody = z.strictObject({
  out_trade_no: z.string().optional(),
  prepay_id: z.string().optional(),
  jsapi: z.looseObject({ package: z.unknown() }).optional(),
  person: z.string().optional(),
  page: z.string().optional(),
  coupon: z.number().int().min(0).optional(),
});
