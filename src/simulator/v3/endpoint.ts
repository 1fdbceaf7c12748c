import type { Route, SimAnswer, SimRequest } from '../http.js';
import type { ApiFault } from '../switches.js';
import type { Merchant, World } from '../world.js';
import { admit, type Family } from './gate.js';
import type { PlatformSigner } from './keys.js';
import { Refused, refuse } from './refusal.js';
import { signatureHeaders } from './signature.js';

/** One proven request. */
export interface Call {
  merchant: Merchant;
  params: Record<string, string>;
  query: URLSearchParams;
  /** An object, not yet validated; empty for GET. */
  body: Record<string, unknown>;
  req: SimRequest;
}

/** A signed 200 with a body, a signed 204, or a file, which travels unsigned. */
export type Success = { body: object } | 'no content' | { file: SimAnswer };

export interface Endpoint extends Partial<Family> {
  method: 'GET' | 'POST';
  /** As the documentation writes it: `/v3/pay/transactions/id/{transaction_id}`. Faults are switched by it. */
  path: string;
  /** @throws {Refused} */
  run(call: Call): Success | Promise<Success>;
}

/**
 * One endpoint behind WeChat's gate: method, headers, signature, the merchant named in the message, and only then the message.
 * Successes are signed by the key that was asked for; refusals by none.
 */
export function route(world: World, endpoint: Endpoint): Route {
  const { path } = endpoint;
  const pattern = path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { method: '*', path: new RegExp(`^${pattern}$`), name: path, handle: (req) => respond(world, endpoint, req) };
}

async function respond(world: World, endpoint: Endpoint, req: SimRequest): Promise<SimAnswer> {
  if (req.method !== endpoint.method) return { status: 405 };
  const { transactions = false, userAgent = false } = endpoint;
  const request_id = { 'request-id': `08${world.random(19).toString('hex').toUpperCase()}-0` };
  try {
    const { merchant, signer } = admit(world, { transactions, userAgent }, req);
    const success = await process(endpoint, { merchant, params: req.params, query: req.query, body: {}, req });
    return typeof success === 'object' && 'file' in success
      ? withHeaders(success.file, request_id)
      : withHeaders(signed(world, signer, success, req.fault), request_id);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refusal(error, transactions && error.status === 401 ? {} : request_id);
  }
}

async function process(endpoint: Endpoint, call: Call): Promise<Success> {
  const { systemError, tooMany } = call.req.fault ?? {};
  if (tooMany) refuse(429, 'FREQUENCY_LIMITED', '频率超限，请稍后重试');
  if (systemError === true) throw SYSTEM_ERROR;
  const body = endpoint.method === 'POST' ? readBody(call.req.body) : {};
  checkMerchant(call.merchant, body, call.query);
  const success = await endpoint.run({ ...call, body });
  if (systemError) throw SYSTEM_ERROR;
  return success;
}

const SYSTEM_ERROR = new Refused(500, 'SYSTEM_ERROR', '系统繁忙，请稍后重试');

function readBody(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  return refuse(400, 'PARAM_ERROR', '请求体不是合法的JSON对象');
}

/** Who signed is who is meant: `mchid`, or `sp_mchid` of a service provider. */
function checkMerchant({ mchid }: Merchant, body: Record<string, unknown>, query: URLSearchParams): void {
  for (const name of ['mchid', 'sp_mchid']) {
    const named = body[name] ?? query.get(name) ?? mchid;
    if (typeof named === 'string' && named !== '' && named !== mchid) {
      refuse(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配');
    }
  }
}

function signed(
  world: World,
  signer: PlatformSigner,
  success: { body: object } | 'no content',
  fault: ApiFault | undefined,
): SimAnswer {
  const text = success === 'no content' ? '' : JSON.stringify(success.body);
  const headers = signatureHeaders(world, signer, text, fault);
  if (success === 'no content') return { status: 204, headers };
  return { status: 200, headers: { ...headers, 'content-type': 'application/json; charset=utf-8' }, body: text };
}

function refusal({ status, code, message, detail }: Refused, headers: Record<string, string>): SimAnswer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ code, message, ...(detail && { detail }) }),
  };
}

const withHeaders = (answer: SimAnswer, headers: Record<string, string>): SimAnswer =>
  answer === 'destroy' ? answer : { ...answer, headers: { ...answer.headers, ...headers } };
