import { hasCode, VerificationError } from '../../../core/errors.js';
import { signAuthorization } from '../../../core/v3/authorization.js';
import { certificatesCall, isValidAt, type PlatformKey, readCertificates } from '../../../core/v3/certificates.js';
import { readRefusal } from '../../../core/v3/errors.js';
import type { Call } from '../../../core/v3/merchant.js';
import { readSignature, verifySignature } from '../../../core/v3/message.js';
import { MINUTE, SECOND, toUnixSeconds } from '../../../util/clock.js';
import { retryOnce } from '../../../util/retry-once.js';
import { type Answer, exchangeWithBackup, leftUntil, type StreamedAnswer, stream } from '../../http.js';
import type { Common } from '../../options.js';
import type { ResolvedV3 } from './options.js';
import { createPlatformKeys, type PlatformKeys } from './platform-keys.js';

const LIMIT = 1024 * 1024;
const BILL_LIMIT = 4 * 1024 * 1024 * 1024;
const BILL_TIMEOUT = 15 * MINUTE;
const SKEW = MINUTE;

/** Signed questions, verified answers. */
export interface ExchangeV3 {
  keys: PlatformKeys;
  /**
   * Asks, and resolves to the body of a verified 2xx.
   *
   * @param serial of the platform key the answer shall be signed with. @default the current one
   * @throws {ApiError} WeChat refused
   * @throws {TransportError} no answer
   * @throws {VerificationError} status 502: an answer that WeChat did not sign
   */
  ask(call: Call, serial?: string): Promise<Buffer>;
  /** As `ask`, for files: they travel unsigned, and their hash is what is checked. */
  download(call: Call, host: string): Promise<AsyncIterable<Buffer>>;
}

export function createExchangeV3(common: Common, credentials: ResolvedV3): ExchangeV3 {
  const { mchid, hosts, timeout, dispatcher, now, nonce } = common;
  const { privateKey, serial_no, apiV3Keys, platformKeys, downloadCertificates } = credentials;
  let warned = false;

  async function sign({ method, path, body }: Call, serial?: string) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const parts = { method, path, timestamp: String(toUnixSeconds(now())), nonce_str: nonce(), body: text };
    const headers: Record<string, string> = {
      accept: 'application/json',
      authorization: await signAuthorization({ mchid, serial_no, privateKey }, parts),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(serial !== undefined && { 'wechatpay-serial': serial }),
    };
    return { method, headers, ...(body !== undefined && { body: text }) };
  }

  async function send(call: Call, serial: string | undefined, timeout: number): Promise<Answer> {
    const { operation, path } = call;
    const request = { ...(await sign(call, serial)), timeout, limit: LIMIT, dispatcher, operation };
    const answer = await exchangeWithBackup(hosts, path, request);
    if (answer.status !== 200 && answer.status !== 204) throw refusal(call, answer, answer.body);
    return answer;
  }

  /** WeChat now and then signs an answer wrongly on purpose, and never twice in a row. */
  async function verified(
    call: Call,
    serial: string | undefined,
    keyOf: (serial: string, body: Buffer) => PlatformKey | Promise<PlatformKey>,
  ) {
    const until = performance.now() + timeout;
    const attempt = async (): Promise<Buffer> => {
      const { headers, body } = await send(call, serial, leftUntil(until));
      try {
        const signature = readSignature(headers, now());
        const { key } = await keyOf(signature.serial, body);
        verifySignature(key, signature, body);
        watchClock(now() - Number(signature.timestamp) * SECOND);
        return body;
      } catch (error) {
        throw error instanceof VerificationError ? unproven(call, error) : error;
      }
    };
    return retryOnce(attempt, (error) => hasCode(error, 'ERR_WXPAY_SIGN_PROBE'));
  }

  function watchClock(skew: number): void {
    if (warned || Math.abs(skew) <= SKEW) return;
    warned = true;
    process.emitWarning(
      `this machine's clock and WeChat's differ by ${Math.round(skew / SECOND)} s; at 300 s nothing verifies any more`,
      {
        code: 'WXPAY_CLOCK_SKEW',
      },
    );
  }

  async function downloadKeys(): Promise<ReadonlyMap<string, PlatformKey>> {
    let certificates: ReadonlyMap<string, PlatformKey> = new Map();
    // The list is believed once one of its own certificates has signed it: only who knows the APIv3 key could seal that one.
    await verified(certificatesCall, undefined, async (serial, body) => {
      certificates = readCertificates(body, apiV3Keys);
      const key = certificates.get(serial) ?? platformKeys.get(serial);
      if (key && isValidAt(key, now())) return key;
      throw new VerificationError('ERR_WXPAY_UNKNOWN_SERIAL', `signed by ${serial}, which is not among them`);
    });
    return certificates;
  }

  const keys = createPlatformKeys({
    configured: platformKeys,
    download: downloadCertificates ? downloadKeys : undefined,
    now,
  });

  return {
    keys,
    ask: async (call, serial) => verified(call, serial ?? (await keys.current()).serial, (given) => keys.find(given)),
    async download(call, host) {
      const request = { ...(await sign(call)), timeout: BILL_TIMEOUT, limit: BILL_LIMIT, dispatcher };
      const answer = await stream({ ...request, url: host + call.path, operation: call.operation });
      if (answer.status !== 200) throw refusal(call, answer, await head(answer.body));
      return answer.body;
    },
  };
}

function refusal(call: Call, { status, headers }: Pick<StreamedAnswer, 'status' | 'headers'>, body: Buffer) {
  const requestId = headers['request-id'];
  return readRefusal(call, status, body, typeof requestId === 'string' ? requestId : undefined);
}

/** Enough of a body to know what it says. */
async function head(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > 64 * 1024) break;
  }
  return Buffer.concat(parts);
}

/** An answer nobody can vouch for is a bad gateway, not a client without rights. */
const unproven = ({ operation }: Call, error: VerificationError): VerificationError =>
  new VerificationError(error.code, `the answer to ${operation}: ${error.message}`, { status: 502, cause: error });
