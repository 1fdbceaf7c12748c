import { z } from 'zod';
import type { ApiFault, NextFaults, NotifyFault } from './switches.js';

const ms = z.number().int().min(0).max(600_000);

const signatureFault = {
  signTest: z.boolean().optional(),
  staleTimestamp: z.boolean().optional(),
  unknownSerial: z.boolean().optional(),
  missingHeaders: z.boolean().optional(),
  duplicateHeaders: z.boolean().optional(),
};

export const apiFault = z.strictObject({
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

export const notifyFault = z.strictObject({
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

/** A fault that is misspelt would be none, and the test that asks for it would test nothing. */
export const nextFaults = z.strictObject({
  notify: notifyFault.optional(),
  api: z.record(z.string(), apiFault).optional(),
}) satisfies z.ZodType<NextFaults>;
