import { ApiError } from '../errors.js';
import { FieldFault, type JsonObject, text } from '../json.js';
import { readAnswer } from './answer.js';

/** A credential of the whole account, and how many seconds it is good for. */
export interface Credential {
  value: string;
  expires_in: number;
}

const UP_TO_1024 = /^.{1,1024}$/su;

/** Reads the answer of `/cgi-bin/stable_token`; throws ApiError, or WxpayError `ERR_WXPAY_BAD_ANSWER`. */
export const readStableToken = (body: Buffer): Credential =>
  readAnswer('cgi-bin/stable_token', body, (answer) => credential(answer, 'access_token'));

/** Reads the answer of `/cgi-bin/ticket/getticket`; throws as {@link readStableToken} does. */
export const readJsapiTicket = (body: Buffer): Credential =>
  readAnswer('cgi-bin/ticket/getticket', body, (answer) => credential(answer, 'ticket'));

function credential(answer: JsonObject, name: string): Credential {
  const value = text(answer, name, UP_TO_1024);
  const { expires_in } = answer;
  if (!(Number.isSafeInteger(expires_in) && (expires_in as number) > 0)) throw new FieldFault('expires_in');
  return { value, expires_in: expires_in as number };
}

/** The access token is no longer valid: another process renewed it, or it has expired. */
export const isStaleToken = (error: unknown): boolean =>
  error instanceof ApiError && ['40001', '40014', '42001'].includes(error.wechatCode);
