import { Readable } from 'node:stream';
import { checkApiPath } from '../../../../core/other-apis/path.js';
import { type FileLocation, locateFile } from '../../../../core/v3/file-location.js';
import type { Call } from '../../../../core/v3/merchant.js';
import { abortSignal } from '../../../../util/abort-signal.js';
import { matching, mustBe, oneOf, optional, type Rules, readOptions, withDefault } from '../../../../util/options.js';
import type { Common } from '../../../options.js';
import type { DownloadOptions, OtherApisV3 } from '../../other-apis.js';
import type { ExchangeV3 } from '../exchange.js';
import { checkedFile } from './checked-file.js';
import { operationOf } from './request.js';

const RULES = {
  hash_type: withDefault(oneOf('SHA1', 'SHA256', 'MD5', 'SM3'), 'SHA1'),
  hash_value: optional(matching(/^[0-9A-Fa-f]{32,64}$/, 'the hash in hex, as WeChat gave it')),
  signal: optional(abortSignal),
} satisfies Rules<DownloadOptions>;

/** Makes `wxpay.download`. */
export function createDownload({ hosts }: Common, { download }: ExchangeV3): OtherApisV3['download'] {
  const own = [hosts.baseUrl, hosts.backupUrl].filter((host) => host !== undefined);

  return async (address, options = {}) => {
    const { hash_type, hash_value, signal } = readOptions('download', options, RULES);
    const { host, path } = locate(address, own);
    const call: Call = { operation: operationOf('GET', path.split('?', 1)[0] as string), method: 'GET', path };
    const closed = new AbortController();
    const chunks = await download(call, host, signal ? AbortSignal.any([signal, closed.signal]) : closed.signal);
    const expected = hash_value === undefined ? undefined : { hash_type, hash_value: hash_value.toLowerCase() };
    const stream = Readable.from(checkedFile(call.operation, chunks, expected), { objectMode: false });
    // A stream that is destroyed before it was read has not begun to read the answer, and would leave it open.
    return stream.once('close', () => closed.abort());
  };
}

/** @throws {TypeError} for an address that is not WeChat Pay's, or that would not travel as it is signed */
function locate(address: unknown, own: readonly string[]): FileLocation {
  const right = 'a path /v3/… or a download_url on a host of WeChat Pay';
  if (typeof address !== 'string') throw mustBe('address', right);
  if (address.startsWith('/')) {
    const [path, ...query] = address.split('?');
    checkApiPath('v3', path);
    return { host: own[0] as string, path: checkQuery(path as string, query.join('?')) };
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const location = url && url.href === address ? locateFile(url, own) : undefined;
  if (!location) throw mustBe('address', `${right}: nothing was sent`);
  return location;
}

function checkQuery(path: string, query: string): string {
  if (query === '') return path;
  // What a URL parser would change on the way is not what was signed.
  const url = new URL(`${path}?${query}`, 'https://api.mch.weixin.qq.com');
  if (url.search !== `?${query}` || url.hash !== '') throw mustBe('address', 'percent-encoded as it travels');
  return path + url.search;
}
