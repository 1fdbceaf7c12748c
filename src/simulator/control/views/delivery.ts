import { z } from 'zod';
import type { Delivery } from '../../deliveries/notification.js';
import { notifyFault } from '../../scenarios/settings.js';
import type { SimulatorState } from '../../state.js';
import { body, bodyView, headers, headersView, time } from './common.js';
import { explainDelivery, explanation } from './explanation.js';

const facts = {
  id: z.string().describe('d1, d2, …'),
  notification: z.string().describe('retries and copies share it'),
  kind: z.enum(['v2.payment', 'v2.refund', 'v3.payment', 'v3.refund', 'v3.event']),
  url: z.string(),
  mchid: z.string(),
  out_trade_no: z.string().optional(),
  attempt: z.int().describe('counts from 1'),
  at: time,
  fault: notifyFault.optional().describe('what was wrong with it, because it was asked for'),
  status: z.int().optional(),
  duration: z.int().optional().describe('real milliseconds until the answer'),
  acknowledged: z.boolean(),
  error: z.string().optional().describe('why there was no answer'),
};

export const deliverySummary = z.strictObject(facts);

export const deliveryDetail = z.strictObject({
  ...facts,
  method: z.string().optional().describe('absent when nothing was sent'),
  headers: headers.optional(),
  body: body.optional().describe('what was sent, before compression'),
  signature: z
    .strictObject({
      scheme: z.enum(['WECHATPAY2-SHA256-RSA2048', 'MD5', 'HMAC-SHA256']),
      serial: z.string().optional(),
      signed: z.string().describe('the text that WeChat signed'),
      received: z.string().describe('the text that a receiver makes of what arrives'),
      signature: z.string(),
    })
    .optional()
    .describe('absent when it is not signed'),
  decrypted: z.string().optional().describe('the text that the body carries encrypted'),
  reply: z.string().optional().describe('the body of the answer'),
  verdict: z.string().describe('whether it was acknowledged, and why not'),
  explanation: explanation
    .optional()
    .describe('of the signature, as the receiver sees it; absent when nothing was sent'),
});

/** Shows an attempt to notify in a list. */
export function deliverySummaryView(delivery: Delivery): z.infer<typeof deliverySummary> {
  const { id, notification, kind, url, mchid, out_trade_no, attempt, at } = delivery;
  const { fault, status, duration, acknowledged, error } = delivery;
  return {
    id,
    notification,
    kind,
    url,
    mchid,
    ...(out_trade_no !== undefined && { out_trade_no }),
    attempt,
    at,
    ...(fault && { fault }),
    ...(status !== undefined && { status }),
    ...(duration !== undefined && { duration }),
    acknowledged,
    ...(error !== undefined && { error }),
  };
}

/** Shows everything that is known about an attempt to notify. */
export function deliveryDetailView(
  state: SimulatorState,
  delivery: Delivery,
): z.infer<typeof deliveryDetail> {
  const explained = explainDelivery(state, delivery);
  const { sent, body, bodyBase64, signature, decrypted, reply } = delivery;
  return {
    ...deliverySummaryView(delivery),
    ...(sent && { method: sent.method, headers: headersView(pairsOf(sent.headers)) }),
    ...(body !== undefined && {
      body: bodyView(bodyBase64 ? Buffer.from(bodyBase64, 'base64') : Buffer.from(body)),
    }),
    ...(signature && { signature: signature as z.infer<typeof deliveryDetail>['signature'] }),
    ...(decrypted !== undefined && { decrypted }),
    ...(reply !== undefined && { reply }),
    verdict: verdictOf(delivery),
    ...(explained && { explanation: explained }),
  };
}

const pairsOf = (headers: Record<string, string | string[]>): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );

function verdictOf({ acknowledged, error, status, kind, sent }: Delivery): string {
  if (acknowledged) return 'acknowledged';
  if (error !== undefined) return `not acknowledged: ${error}`;
  if (status === undefined) return 'under way';
  if (sent?.method !== 'POST') return `answered with ${status}: this was no notification`;
  if (kind.startsWith('v3')) {
    return `not acknowledged: it was answered with ${status}, and only 200 and 204 acknowledge`;
  }
  return status === 200
    ? 'not acknowledged: the answer has no return_code SUCCESS'
    : `not acknowledged: it was answered with ${status}, and only 200 can acknowledge`;
}
