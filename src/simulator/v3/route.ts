import type { Merchant } from '../accounts/merchant.js';
import type { PlatformSigner } from '../accounts/platform-certificates.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import type { Random } from '../random.js';
import type { ApiFault } from '../scenarios/api-faults.js';
import { signMessage } from '../signing/v3.js';
import type { SimulatorState } from '../state.js';
import { admit } from './admit.js';
import type { Call, Endpoint, Success } from './endpoint.js';
import { Refused, refuse } from './refusal.js';
import { readUpload } from './upload.js';

/**
 * The route of one endpoint. It checks method, headers, signature and the merchant that the message
 * names before the endpoint sees the message. Successes are signed, refusals are not.
 *
 * @param options.methods whether the path has no other methods, so that they are answered with 405
 */
export function routeOf(
  state: SimulatorState,
  endpoint: Endpoint,
  { methods = 'one' }: { methods?: 'one' | 'several' } = {},
): Route {
  const { method, path } = endpoint;
  return {
    method: methods === 'one' ? '*' : method,
    path: patternOf(path),
    name: path,
    handle: (req) => respond(state, endpoint, req),
  };
}

/** The pattern of a path such as `/v3/pay/transactions/id/{transaction_id}`. */
export function patternOf(path: string): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

async function respond(
  state: SimulatorState,
  endpoint: Endpoint,
  req: SimRequest,
): Promise<SimAnswer> {
  if (req.method !== endpoint.method) return { status: 405 };
  const { transactions = false, userAgent = false } = endpoint;
  const requestId = `08${state.random(19).toString('hex').toUpperCase()}-0`;
  const headers = { 'Request-ID': requestId };
  try {
    const upload = await readUpload(req);
    const signed = upload ? Buffer.from(upload.meta) : req.body;
    const { merchant, signer, now } = admit(state, { transactions, userAgent }, req, signed);
    const { params, query, record } = req;
    record.mchid = merchant.mchid;
    const call: Call = { merchant, params, query, body: {}, req };
    const success = await run(
      state,
      endpoint,
      upload?.file ? { ...call, file: upload.file } : call,
      signed,
    );
    const signing = { now, random: state.random };
    return withHeaders(answerOf(signing, signer, success, req.fault), headers);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    Object.assign(req.record, { code: error.code, message: error.message });
    return withHeaders(refusal(error), transactions && error.status === 401 ? {} : headers);
  }
}

async function run(
  state: SimulatorState,
  endpoint: Endpoint,
  call: Call,
  signed: Buffer,
): Promise<Success> {
  const { systemError, tooMany } = call.req.fault ?? {};
  if (tooMany) refuse(429, 'FREQUENCY_LIMITED', '频率超限，请稍后重试');
  if (systemError === true) refuseSystemError();
  const hasBody = call.req.method !== 'GET' && signed.length > 0;
  const body = hasBody || call.req.method === 'POST' ? readBody(signed) : {};
  noteOrder(state, call, body);
  checkMerchant(call.merchant, body, call.query);
  const success = await endpoint.run({ ...call, body });
  if (systemError === 'processed') refuseSystemError();
  return success;
}

/** Notes in the record which order a request is about. */
function noteOrder(
  { ledger }: SimulatorState,
  { merchant, params, req }: Call,
  body: Record<string, unknown>,
): void {
  const number = body.out_trade_no ?? params.out_trade_no;
  const transaction_id = body.transaction_id ?? params.transaction_id;
  const order =
    typeof transaction_id === 'string'
      ? ledger.findTransaction(merchant.mchid, transaction_id)
      : undefined;
  const out_trade_no = order?.out_trade_no ?? number;
  if (typeof out_trade_no === 'string') req.record.out_trade_no = out_trade_no;
}

const refuseSystemError = (): never => refuse(500, 'SYSTEM_ERROR', '系统繁忙，请稍后重试');

function readBody(bytes: Buffer): Record<string, unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Invalid UTF-8 and invalid JSON are refused like any other value that is not an object.
  }
  return refuse(400, 'PARAM_ERROR', '请求体不是合法的JSON对象');
}

/** Checks that the message names the merchant who signed it, as `mchid` or `sp_mchid`. */
function checkMerchant(
  { mchid }: Merchant,
  body: Record<string, unknown>,
  query: URLSearchParams,
): void {
  for (const name of ['mchid', 'sp_mchid']) {
    const named = body[name] ?? query.get(name) ?? mchid;
    if (typeof named === 'string' && named !== '' && named !== mchid) {
      refuse(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配');
    }
  }
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

function answerOf(
  signing: { now: number; random: Random },
  signer: PlatformSigner,
  success: Success,
  fault: ApiFault | undefined,
): SimAnswer {
  if (typeof success === 'object' && 'file' in success) return success.file;
  const body = success === 'no content' ? '' : JSON.stringify(success.body);
  const { headers, signature } = signMessage(signing, signer, body, fault);
  const signed = signature && { signature };
  if (success === 'no content') return { status: 204, headers, ...signed };
  const { status = 200 } = success;
  return { status, headers: { ...headers, ...JSON_TYPE }, body, ...signed };
}

const refusal = ({ status, code, message, detail }: Refused): SimAnswer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({ code, message, ...(detail && { detail }) }),
});

const withHeaders = (answer: SimAnswer, headers: Record<string, string>): SimAnswer =>
  answer === 'destroy' ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
