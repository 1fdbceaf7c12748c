import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsapiParams } from '../../../src/core/v2/pay-params.js';
import { ACKNOWLEDGED } from '../../../src/core/v2/reply.js';
import { type SignTypeV2, signV2 } from '../../../src/core/v2/sign.js';
import { readXml } from '../../../src/core/v2/xml/read.js';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import type { JsapiParams } from '../../../src/core/vocabulary.js';
import type { Simulator } from '../../../src/simulator/index.js';

export type Fields = Record<string, string>;

/** The fields signed with the merchant's key, as a document. */
export function signedXml(sim: Simulator, fields: Fields, key = sim.merchant.key): string {
  const all = new Map(Object.entries(fields));
  return writeXml([...all, ['sign', signV2(all, key, (fields.sign_type as SignTypeV2) ?? 'MD5')]]);
}

export async function post(
  sim: Simulator,
  path: string,
  body: string,
): Promise<Map<string, string>> {
  const response = await fetch(sim.url + path, { method: 'POST', body });
  return readXml(await response.text());
}

export const common = (sim: Simulator): Fields => ({
  appid: sim.app.appid,
  mch_id: sim.merchant.mchid,
  nonce_str: 'ibuaiVcKdpRxkhJA',
});

export const orderFields = (sim: Simulator, overrides: Fields = {}): Fields => ({
  ...common(sim),
  body: '一杯茶',
  out_trade_no: 'SHOP00A17',
  total_fee: '1990',
  spbill_create_ip: '127.0.0.1',
  notify_url: 'http://127.0.0.1:9/notify',
  trade_type: 'JSAPI',
  openid: (sim.people[0] as Simulator['people'][number]).openid(sim.app.appid),
  ...overrides,
});

export const order = (sim: Simulator, overrides: Fields = {}): Promise<Map<string, string>> =>
  post(sim, '/pay/unifiedorder', signedXml(sim, orderFields(sim, overrides)));

export const query = (
  sim: Simulator,
  fields: Fields = { out_trade_no: 'SHOP00A17' },
): Promise<Map<string, string>> =>
  post(sim, '/pay/orderquery', signedXml(sim, { ...common(sim), ...fields }));

export const closeOrder = (
  sim: Simulator,
  out_trade_no = 'SHOP00A17',
): Promise<Map<string, string>> =>
  post(sim, '/pay/closeorder', signedXml(sim, { ...common(sim), out_trade_no }));

/** What a shop's page hands to the bridge. */
export const params = (
  sim: Simulator,
  prepay_id: string,
  signType: SignTypeV2 = 'MD5',
  key = sim.merchant.key,
): JsapiParams =>
  jsapiParams(
    { appid: sim.app.appid, mchid: sim.merchant.mchid, keys: [key], signType, acceptSignTypes: [] },
    prepay_id,
    { timestamp: 1414561699, nonce: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS' },
  );

export interface Received {
  method: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: Buffer;
}

export type Answer = (res: ServerResponse, received: Received) => void;

export const acknowledge: Answer = (res) =>
  res.writeHead(200, { 'content-type': 'text/xml' }).end(ACKNOWLEDGED);

/** A shop's notify address that remembers everything; `answer` may be replaced at any time. */
export async function createShop(answer: Answer = acknowledge) {
  const received: Received[] = [];
  const shop = { received, answer, url: '', close: async (): Promise<void> => {} };
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { method = '', headers, rawHeaders } = req;
    const one = { method, headers, rawHeaders, body: Buffer.concat(chunks) };
    received.push(one);
    shop.answer(res, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  shop.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
  shop.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return shop;
}

export type Shop = Awaited<ReturnType<typeof createShop>>;
