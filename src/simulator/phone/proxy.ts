import { type IncomingMessage, request } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { html, type SimAnswer, type SimRequest } from '../http.js';
import { towardsBrowser, towardsShop } from './headers.js';
import { injectBridge } from './inject.js';
import { downPage } from './pages.js';
import { nonceIn } from './policy.js';

/** Fetches from the shop what the browser asked of the phone; pages come back with the bridge in them. */
export async function proxy(shop: URL, req: SimRequest): Promise<SimAnswer> {
  if (!req.path.startsWith('/')) return { status: 400 };
  let answer: IncomingMessage;
  try {
    answer = await send(shop, req);
  } catch (error) {
    return html(downPage(shop.origin, error instanceof Error ? error.message : String(error)), 502);
  }
  const headers = towardsBrowser(answer.headersDistinct, { shop, phone: `http://${req.host}` });
  const status = answer.statusCode ?? 502;
  if (req.method === 'HEAD' || !(isPage(answer) && isNavigation(req))) {
    return { status, headers, body: answer };
  }
  const body = await decoded(answer);
  if (!body) return { status, headers, body: answer };
  const { 'content-length': _length, 'content-encoding': _encoding, ...rest } = headers;
  return { status, headers: rest, body: injectBridge(body, nonceIn(rest['content-security-policy']?.join() ?? '')) };
}

function send(shop: URL, req: SimRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname: shop.hostname.replace(/^\[|\]$/g, ''),
        port: shop.port || 80,
        method: req.method,
        path: req.raw.url ?? '/',
        headers: towardsShop(req),
        setHost: false,
        // a kept connection that the shop has just closed would look like a shop that is down
        agent: false,
      },
      resolve,
    );
    outgoing.on('error', reject);
    // who leaves the page leaves its streams
    const { socket } = req.raw;
    const leave = (): void => void outgoing.destroy();
    socket.once('close', leave);
    outgoing.once('close', () => socket.off('close', leave));
    outgoing.end(req.body);
  });
}

const isPage = (answer: IncomingMessage): boolean =>
  /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(answer.headers['content-type'] ?? '');

/** A fragment that a script fetches is left alone. */
const isNavigation = ({ headers }: SimRequest): boolean => {
  const dest = headers['sec-fetch-dest']?.[0];
  return dest === undefined || ['document', 'iframe', 'frame'].includes(dest);
};

const DECODERS: Record<string, (data: Buffer) => Promise<Buffer>> = {
  identity: async (data) => data,
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

/** The page's bytes, for shops that compress although nobody asked; `undefined` when they cannot be read. */
async function decoded(answer: IncomingMessage): Promise<Buffer | undefined> {
  const decode = DECODERS[answer.headers['content-encoding'] ?? 'identity'];
  if (!decode) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return bytes.length === 0 ? bytes : decode(bytes);
}
