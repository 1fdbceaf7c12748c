/** A WeChat Pay that places every order at once: its signed answers are made before anybody asks. */
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Merchant } from '../inputs/merchant.js';
import { PREPAY_ID } from '../inputs/order.js';
import { signedXml } from '../inputs/v2.js';
import { signV3 } from '../inputs/v3.js';
import { answering } from './child.js';

answering(async ({ merchant }: { merchant: Merchant }) => {
  const answers = { v2: answerV2(merchant), v3: answerV3(merchant) };
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => (request.url?.startsWith('/v3/') ? answers.v3 : answers.v2)(response));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});

function answerV2({ appid, mchid, v2Key }: Merchant) {
  const fields = {
    return_code: 'SUCCESS',
    return_msg: 'OK',
    appid,
    mch_id: mchid,
    nonce_str: 'IITRi8Iabbblz1Jc',
    result_code: 'SUCCESS',
    prepay_id: PREPAY_ID,
    trade_type: 'JSAPI',
  };
  const body = signedXml(fields, v2Key);
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': body.length }).end(body);
  };
}

/** Signed anew each second: a signature is made over its time. */
function answerV3({ platform }: Merchant) {
  const key = createPrivateKey(platform.privateKey);
  const body = JSON.stringify({ prepay_id: PREPAY_ID });
  let signedAt = 0;
  let headers: Record<string, string | number> = {};
  return (response: ServerResponse): void => {
    const now = Math.floor(Date.now() / 1_000);
    if (now !== signedAt) {
      const signature = signV3(platform.serial, key, body, now);
      headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...signature };
      signedAt = now;
    }
    response.writeHead(200, headers).end(body);
  };
}
