import { WxpayError } from '../../../../core/errors.js';
import { readJson } from '../../../../core/json.js';
import { extraHeaders } from '../../../../core/other-apis/extra-headers.js';
import { jsonText } from '../../../../core/other-apis/json-body.js';
import { checkApiPath } from '../../../../core/other-apis/path.js';
import { queryText } from '../../../../core/other-apis/query.js';
import type { Call } from '../../../../core/v3/merchant.js';
import { abortSignal } from '../../../../util/abort-signal.js';
import { given, oneOf, optional, type Rules, readOptions } from '../../../../util/options.js';
import { printable } from '../../../../util/printable.js';
import type { ApiAnswer, ApiMethod, ApiRequestOptions, OtherApisV3 } from '../../other-apis.js';
import type { ExchangeV3, VerifiedAnswer } from '../exchange.js';
import type { PlatformKeys } from '../platform-keys.js';

const METHOD = oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE');

const RULES = {
  query: (query: unknown): string => queryText(query),
  body: (body: unknown): string | undefined => (body === undefined ? undefined : jsonText(body)),
  signal: optional(abortSignal),
  headers: (headers: unknown): Record<string, string> => extraHeaders(headers),
  encryptedFor: given<string>,
} satisfies Rules<ApiRequestOptions>;

/** Makes `wxpay.request`. */
export function createRequest({ send, keys }: ExchangeV3): OtherApisV3['request'] {
  return async <Data>(method: ApiMethod, path: string, options: ApiRequestOptions = {}) => {
    const { call, signal, encryptedFor } = resolve(method, path, options);
    if (encryptedFor !== undefined) await checkSerial(keys, encryptedFor, 'encryptedFor');
    const answer = await send(call, { serial: encryptedFor, repeatable: call.method === 'GET', signal });
    return answerOf<Data>(call, answer);
  };
}

function resolve(method: ApiMethod, path: string, options: ApiRequestOptions) {
  METHOD(method, 'method');
  checkApiPath('v3', path);
  const { query, body, headers, signal, encryptedFor } = readOptions('request', options, RULES);
  if (body !== undefined && method === 'GET') throw new TypeError('"body" is not sent with GET: give "query"');
  const call: Call = {
    operation: operationOf(method, path),
    method,
    path: path + query,
    headers,
    ...(body !== undefined && { body }),
  };
  return { call, signal, encryptedFor };
}

/** How errors name the call. A path may hold an openid or a code. */
export const operationOf = (method: ApiMethod, path: string): string => printable(`${method} ${path}`);

/** @throws {TypeError} for a serial of no key that is valid now */
export async function checkSerial(keys: PlatformKeys, serial: unknown, name: string) {
  try {
    if (typeof serial === 'string') return await keys.find(serial);
  } catch (error) {
    if (!(error instanceof WxpayError) || error.code !== 'ERR_WXPAY_UNKNOWN_SERIAL') throw error;
  }
  throw new TypeError(
    `"${name}" must be the serial that encrypt() returned: no valid platform key has ${printable(serial)}`,
  );
}

/** @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` for a body that is neither empty nor JSON */
export function answerOf<Data>({ operation }: Call, { status, requestId, body }: VerifiedAnswer): ApiAnswer<Data> {
  const data = body.length === 0 ? undefined : readJson(body);
  if (data === undefined && body.length > 0) {
    throw new WxpayError('ERR_WXPAY_BAD_ANSWER', `the answer to ${operation}: it is not JSON`, {
      status: 502,
      requestId,
    });
  }
  return { status, data: data as Data, requestId };
}
