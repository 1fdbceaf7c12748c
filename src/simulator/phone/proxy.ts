import { type IncomingMessage, request } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { html } from '../http/answers.js';
import type { SimAnswer, SimRequest } from '../http/types.js';
import { towardsBrowser, towardsShop } from './headers.js';
import { injectScript } from './inject.js';
import { downPage } from './pages.js';
import { nonceIn } from './policy.js';

/**
 * Forwards a request to the shop. Pages come back with the bridge in them, or with `wx` of a mini
 * program.
 */
export async function proxy(shop: URL, req: SimRequest, miniProgram?: string): Promise<SimAnswer> {
  if (!req.path.startsWith('/')) return { status: 400 };
  let answer: IncomingMessage;
  try {
    answer = await send(shop, req, miniProgram);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return html(downPage(shop.origin, reason), 502);
  }
  const phone = `http://${req.host}`;
  const headers = towardsBrowser(answer.headersDistinct, { shop, phone });
  const status = answer.statusCode ?? 502;
  const showsPage = req.method !== 'HEAD' && isPage(answer) && isNavigation(req);
  const page = showsPage ? await decoded(answer) : undefined;
  if (!page) return { status, headers, body: answer };
  const { 'content-length': _length, 'content-encoding': _encoding, ...rest } = headers;
  const nonce = nonceIn(rest['content-security-policy']?.join() ?? '');
  const script = miniProgram ? 'mini-program.js' : 'bridge.js';
  return { status, headers: rest, body: injectScript(page, `/__wechat/${script}`, nonce) };
}

function send(
  shop: URL,
  req: SimRequest,
  miniProgram: string | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname: shop.hostname.replace(/^\[|\]$/g, ''),
        port: shop.port || 80,
        method: req.method,
        path: req.raw.url ?? '/',
        headers: towardsShop(req, miniProgram),
        setHost: false,
        // A kept connection that the shop has just closed would look like a shop that is down.
        agent: false,
      },
      resolve,
    );
    outgoing.on('error', reject);
    // A browser that leaves the page no longer reads its streams.
    const { socket } = req.raw;
    const abort = (): void => void outgoing.destroy();
    socket.once('close', abort);
    outgoing.once('close', () => socket.off('close', abort));
    outgoing.end(req.body);
  });
}

const isPage = ({ headers }: IncomingMessage): boolean =>
  /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type'] ?? '');

/** A fragment that a script fetches is not a page. */
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

/** The bytes of a page from a shop that compresses although it was asked not to. */
async function decoded(answer: IncomingMessage): Promise<Buffer | undefined> {
  const decode = DECODERS[answer.headers['content-encoding'] ?? 'identity'];
  if (!decode) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return bytes.length === 0 ? bytes : decode(bytes);
}
