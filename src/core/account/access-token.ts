import { z } from 'zod';
import { ApiError } from '../errors.js';
import { readAnswer } from './answer.js';

/** A credential of the whole account, and how many seconds it is good for. */
export interface Credential {
  value: string;
  expires_in: number;
}

const expires_in = z.number().int().positive();
const stableToken = z.looseObject({ access_token: z.string().min(1).max(1024), expires_in });
const jsapiTicket = z.looseObject({ ticket: z.string().min(1).max(1024), expires_in });

/** Reads the answer of `/cgi-bin/stable_token`; throws ApiError, or WxpayError `ERR_WXPAY_BAD_ANSWER`. */
export function readStableToken(body: Buffer): Credential {
  const { access_token, expires_in } = readAnswer('cgi-bin/stable_token', body, stableToken);
  return { value: access_token, expires_in };
}

/** Reads the answer of `/cgi-bin/ticket/getticket`; throws as {@link readStableToken} does. */
export function readJsapiTicket(body: Buffer): Credential {
  const { ticket, expires_in } = readAnswer('cgi-bin/ticket/getticket', body, jsapiTicket);
  return { value: ticket, expires_in };
}

/** The access token is not good any more: somebody renewed it, or its time is over. */
export const isStaleToken = (error: unknown): boolean =>
  error instanceof ApiError && ['40001', '40014', '42001'].includes(error.wechatCode);
