import { z } from 'zod';
import type { CashierSwitches } from '../cashier/switches.js';
import type { ApiFault, NotifyFault } from '../switches.js';

const ms = z.number().int().min(0).max(600_000);

const signatureFault = {
  signTest: z.boolean().optional(),
  staleTimestamp: z.boolean().optional(),
  unknownSerial: z.boolean().optional(),
  missingHeaders: z.boolean().optional(),
  duplicateHeaders: z.boolean().optional(),
};

const apiFault = z.strictObject({
  ...signatureFault,
  tooMany: z.boolean().optional(),
  latency: ms.optional(),
  resetBefore: z.boolean().optional(),
  resetAfter: z.boolean().optional(),
  systemError: z.union([z.boolean(), z.literal('processed')]).optional(),
  badSignature: z.boolean().optional(),
  badGateway: z.boolean().optional(),
  truncated: z.boolean().optional(),
  slowBody: ms.optional(),
}) satisfies z.ZodType<ApiFault>;

const notifyFault = z.strictObject({
  ...signatureFault,
  wrongApiV3Key: z.boolean().optional(),
  duplicate: z.number().int().min(1).max(1000).optional(),
  delay: z.number().min(0).optional(),
  lost: z.boolean().optional(),
  wrongAmount: z.number().int().optional(),
  wrongAppid: z.string().optional(),
  wrongMchid: z.string().optional(),
  tampered: z.boolean().optional(),
  wrongSignature: z.boolean().optional(),
  missingSign: z.boolean().optional(),
  returnFail: z.boolean().optional(),
  resultFail: z.boolean().optional(),
  xxe: z.boolean().optional(),
  duplicateElements: z.boolean().optional(),
  notUtf8: z.boolean().optional(),
  huge: z.number().int().min(1).max(64_000_000).optional(),
  gzip: z.boolean().optional(),
  chunked: z.boolean().optional(),
  method: z.enum(['HEAD', 'GET']).optional(),
}) satisfies z.ZodType<NotifyFault>;

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
  next: z.strictObject({ notify: notifyFault.optional(), api: z.record(z.string(), apiFault).optional() }).optional(),
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
