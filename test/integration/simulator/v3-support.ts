import { createPrivateKey, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Simulator } from 'koa-wxpay/simulator';
import { signAuthorization } from '../../../src/core/v3/authorization.js';

export interface AnswerV3 {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  /** The body as JSON; undefined when there is none. */
  body?: { code?: string; message?: string; detail?: object; [name: string]: unknown };
}

interface Changes {
  mchid?: string;
  serial_no?: string;
  timestamp?: number;
  privateKey?: string;
  /** In place of what would be right; `undefined` leaves a header out. */
  headers?: Record<string, string | undefined>;
  /** Sent in place of what was signed. */
  sent?: string;
  baseUrl?: string;
}

/** One signed request, byte by byte as this file wants it: no client adds a header. */
export async function call(
  sim: Simulator,
  method: string,
  path: string,
  json?: object | string,
  changes: Changes = {},
): Promise<AnswerV3> {
  const body = json === undefined ? '' : typeof json === 'string' ? json : JSON.stringify(json);
  const { v3 } = sim.merchant;
  const {
    mchid = sim.merchant.mchid,
    serial_no = v3.serial_no,
    timestamp = Math.floor(sim.clock.now() / 1000),
  } = changes;
  const privateKey = createPrivateKey(changes.privateKey ?? v3.privateKey);
  const parts = {
    method,
    path,
    timestamp: String(timestamp),
    nonce_str: randomBytes(16).toString('hex'),
    body,
  };
  const headers = Object.entries({
    authorization: await signAuthorization({ mchid, serial_no, privateKey }, parts),
    accept: 'application/json',
    'user-agent': 'test',
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...changes.headers,
  }).filter(([, value]) => value !== undefined) as [string, string][];
  return new Promise((resolve, reject) => {
    const outgoing = request(
      (changes.baseUrl ?? sim.url) + path,
      { method, headers: Object.fromEntries(headers) },
      (incoming) => {
        const { statusCode: status = 0, headers } = incoming;
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status,
            headers,
            text,
            ...(text.startsWith('{') && { body: JSON.parse(text) }),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(changes.sent ?? body);
  });
}

export const JSAPI = '/v3/pay/transactions/jsapi';
export const QUERY = '/v3/pay/transactions/out-trade-no/{out_trade_no}';

export const orderBody = (sim: Simulator, changes: Record<string, unknown> = {}) => ({
  appid: sim.app.appid,
  mchid: sim.merchant.mchid,
  description: '一杯茶',
  out_trade_no: 'SHOP00A17',
  notify_url: 'http://127.0.0.1:9/notify',
  amount: { total: 1990, currency: 'CNY' },
  payer: { openid: sim.people[0]?.openid(sim.app.appid) },
  ...changes,
});
