import { z } from 'zod';
import type { RequestRecord } from '../../http/request-log.js';
import type { SimulatorState } from '../../state.js';
import { body, bodyView, headers, headersView, time } from './common.js';
import { explainRequest, explanation } from './explanation.js';

const facts = {
  id: z.string().describe('r1, r2, …'),
  at: time,
  method: z.string(),
  path: z.string().describe('without the query'),
  mchid: z.string().optional().describe('the merchant who signed it'),
  out_trade_no: z.string().optional().describe('the order it is about'),
  status: z.int().optional().describe('absent when the connection was reset'),
  code: z.string().optional().describe("WeChat's error code"),
  message: z.string().optional().describe("WeChat's error message"),
  duration: z.int().optional().describe('real milliseconds until the answer was ready'),
  notes: z.array(z.string()).describe('what the simulator has to say about it'),
};

export const requestSummary = z.strictObject(facts);

const signature = z.strictObject({
  scheme: z.enum(['WECHATPAY2-SHA256-RSA2048', 'MD5', 'HMAC-SHA256']),
  message: z.string().describe('the text that a correct signature of this request covers'),
  signature: z.string().describe('what arrived'),
  expected: z.string().optional().describe('v2: what would have been right'),
  authorization: z
    .strictObject({
      mchid: z.string(),
      serial_no: z.string(),
      nonce_str: z.string(),
      timestamp: z.string(),
    })
    .optional()
    .describe('v3: what else the Authorization header says'),
  valid: z.boolean(),
});

const answer = z.strictObject({
  status: z.int(),
  headers,
  body: body.optional().describe('absent when it was streamed'),
  signature: z
    .strictObject({
      serial: z.string(),
      message: z.string().describe('the text that was signed'),
      signature: z.string(),
    })
    .optional(),
});

export const requestDetail = z.strictObject({
  ...facts,
  url: z.string().describe('path and query, as they arrived'),
  host: z.string(),
  headers,
  body,
  signature: signature.optional().describe('absent when no signature could be read'),
  answer: answer.optional().describe('absent when the connection was reset'),
  explanation: explanation.optional().describe('of the signature; absent when none is required'),
});

/** Shows a request in a list. */
export function requestSummaryView(record: RequestRecord): z.infer<typeof requestSummary> {
  const { id, at, method, path, mchid, out_trade_no, status, code, message, duration, notes } =
    record;
  return {
    id,
    at,
    method,
    path,
    ...(mchid !== undefined && { mchid }),
    ...(out_trade_no !== undefined && { out_trade_no }),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(duration !== undefined && { duration }),
    notes: [...notes],
  };
}

/** Shows everything that is known about a request. */
export function requestDetailView(
  state: SimulatorState,
  record: RequestRecord,
): z.infer<typeof requestDetail> {
  const explained = explainRequest(state, record);
  const { url, host, headers, body, size, signature, answer } = record;
  return {
    ...requestSummaryView(record),
    url,
    host,
    headers: headersView(headers),
    body: bodyView(body, size),
    ...(signature && { signature: signature as z.infer<typeof requestDetail>['signature'] }),
    ...(answer && {
      answer: {
        status: answer.status,
        headers: headersView(answer.headers),
        ...(answer.body && { body: bodyView(answer.body, answer.size) }),
        ...(answer.signature && { signature: answer.signature }),
      },
    }),
    ...(explained && { explanation: explained }),
  };
}
