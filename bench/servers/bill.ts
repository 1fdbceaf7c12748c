/** A WeChat with one trade bill, which it never holds: the hash is made in a first pass, the lines again as they are asked for. */
import { createHash, createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { billPieces, DOWNLOAD } from '../inputs/bill.js';
import type { Merchant } from '../inputs/merchant.js';
import { signV3 } from '../inputs/v3.js';
import { answering } from './child.js';

answering(async ({ merchant, rows }: { merchant: Merchant; rows: number }) => {
  const hash = createHash('sha1');
  for (const piece of billPieces(merchant, rows)) hash.update(piece);
  const hash_value = hash.digest('hex');
  const key = createPrivateKey(merchant.platform.privateKey);
  const locate = (response: ServerResponse, host: string): void => {
    const body = JSON.stringify({ hash_type: 'SHA1', hash_value, download_url: `http://${host}${DOWNLOAD}` });
    response.writeHead(200, { 'content-type': 'application/json', ...signV3(merchant.platform.serial, key, body) });
    response.end(body);
  };
  const server = createServer(({ url, headers }, response) => {
    if (url === DOWNLOAD) Readable.from(billPieces(merchant, rows)).pipe(response);
    else locate(response, headers.host as string);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
