import type { Readable } from 'node:stream';
import { hasCode, VerificationError } from '../../../core/errors.js';
import { signAuthorization } from '../../../core/v3/authorization.js';
import { certificatesCall, isValidAt, type PlatformKey, readCertificates } from '../../../core/v3/certificates.js';
import { readRefusal } from '../../../core/v3/errors.js';
import type { Call } from '../../../core/v3/merchant.js';
import { readSignature, verifySignature } from '../../../core/v3/message.js';
import { MINUTE, SECOND, toUnixSeconds } from '../../../util/clock.js';
import { retryOnce } from '../../../util/retry-once.js';
import {
  type Answer,
  exchange,
  exchangeWithBackup,
  leftUntil,
  requestIdOf,
  type StreamedAnswer,
  stream,
} from '../../http.js';
import type { Common } from '../../options.js';
import type { ResolvedV3 } from './options.js';
import { createPlatformKeys, type PlatformKeys } from './platform-keys.js';

const LIMIT = 1024 * 1024;
const BILL_LIMIT = 4 * 1024 * 1024 * 1024;
const BILL_TIMEOUT = 15 * MINUTE;
const SKEW = MINUTE;

/** What is sent instead of the text that is signed. */
export interface Form {
  type: string;
  length: number;
  content: Readable;
}

/** How a call is made. */
export interface How {
  /** The platform key that the answer must be signed with. @default the current one */
  serial?: string | undefined;
  /**
   * Whether it may be sent a second time: to the second host when no connection to the first can be
   * made, and after an answer that WeChat signed wrongly on purpose. For calls without an effect,
   * and for those whose repetition has no further effect.
   */
  repeatable: boolean;
  /** Milliseconds. @default the merchant's */
  timeout?: number;
  signal?: AbortSignal | undefined;
  form?: Form;
}

/** An answer that WeChat signed. */
export interface VerifiedAnswer {
  status: number;
  requestId: string | undefined;
  body: Buffer;
}

/** Sends signed requests and verifies the answers. */
export interface ExchangeV3 {
  keys: PlatformKeys;
  /**
   * Sends a request, and resolves to its verified 2xx.
   *
   * @throws {ApiError} WeChat refused
   * @throws {TransportError} no answer
   * @throws {VerificationError} status 502: an answer that WeChat did not sign
   */
  send(call: Call, how: How): Promise<VerifiedAnswer>;
  /** As `send`, for what may be repeated. It resolves to the body. */
  ask(call: Call, serial?: string): Promise<Buffer>;
  /** As `send`, for files. They travel unsigned, and their hash is checked. */
  download(call: Call, host: string, signal?: AbortSignal): Promise<AsyncIterable<Buffer>>;
}

export function createExchangeV3(common: Common, credentials: ResolvedV3): ExchangeV3 {
  const { mchid, hosts, timeout, dispatcher, now, nonce } = common;
  const { privateKey, serial_no, apiV3Keys, platformKeys, downloadCertificates } = credentials;
  let warned = false;

  async function sign({ method, path, body, headers }: Call, serial?: string, form?: Form) {
    const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '');
    const parts = { method, path, timestamp: String(toUnixSeconds(now())), nonce_str: nonce(), body: text };
    const type = form?.type ?? (body === undefined ? undefined : 'application/json');
    const signed: Record<string, string> = {
      ...headers,
      accept: 'application/json',
      authorization: await signAuthorization({ mchid, serial_no, privateKey }, parts),
      ...(type !== undefined && { 'content-type': type }),
      ...(form && { 'content-length': String(form.length) }),
      ...(serial !== undefined && { 'wechatpay-serial': serial }),
    };
    return { method, headers: signed, ...(body !== undefined && { body: form?.content ?? text }) };
  }

  async function exchanged(call: Call, { serial, repeatable, signal, form }: How, timeout: number): Promise<Answer> {
    const { operation, path } = call;
    const request = { ...(await sign(call, serial, form)), timeout, limit: LIMIT, dispatcher, signal, operation };
    const read = (answer: Answer): Answer => {
      if (!isSuccess(answer.status)) throw refusal(call, answer, answer.body);
      return answer;
    };
    return repeatable
      ? exchangeWithBackup(hosts, path, request, read)
      : exchange({ ...request, url: hosts.baseUrl + path }, read);
  }

  /** WeChat sometimes signs an answer wrongly on purpose, and never twice in a row. */
  async function verified(
    call: Call,
    how: How,
    keyOf: (serial: string, body: Buffer) => PlatformKey | Promise<PlatformKey>,
  ): Promise<VerifiedAnswer> {
    const until = performance.now() + (how.timeout ?? timeout);
    const attempt = async (): Promise<VerifiedAnswer> => {
      const { status, headers, body } = await exchanged(call, how, leftUntil(until));
      const requestId = requestIdOf(headers);
      try {
        const signature = readSignature(headers, now());
        const { key } = await keyOf(signature.serial, body);
        verifySignature(key, signature, body);
        watchClock(now() - Number(signature.timestamp) * SECOND);
        return { status, requestId, body };
      } catch (error) {
        throw error instanceof VerificationError ? unproven(call, error, requestId) : error;
      }
    };
    return how.repeatable ? retryOnce(attempt, (error) => hasCode(error, 'ERR_WXPAY_SIGN_PROBE')) : attempt();
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
    // The list is believed once one of its own certificates has signed it, because only WeChat and
    // the merchant know the APIv3 key that sealed it.
    await verified(certificatesCall, { repeatable: true }, async (serial, body) => {
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

  const send = async (call: Call, how: How): Promise<VerifiedAnswer> => {
    const serial = how.serial ?? (await keys.current()).serial;
    return verified(call, { ...how, serial }, (given) => keys.find(given));
  };

  return {
    keys,
    send,
    ask: async (call, serial) => (await send(call, { serial, repeatable: true })).body,
    async download(call, host, signal) {
      const request = { ...(await sign(call)), timeout: BILL_TIMEOUT, limit: BILL_LIMIT, dispatcher, signal };
      const answer = await stream({ ...request, url: host + call.path, operation: call.operation });
      if (answer.status !== 200) throw refusal(call, answer, await head(answer.body));
      return answer.body;
    },
  };
}

/** 202 means that nothing was done yet: the request must be repeated as it is. */
const isSuccess = (status: number): boolean => status >= 200 && status < 300 && status !== 202;

const refusal = (call: Call, { status, headers }: Pick<StreamedAnswer, 'status' | 'headers'>, body: Buffer) =>
  readRefusal(call, status, body, requestIdOf(headers));

/** Reads as much of a body as an error needs. */
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

/**
 * An answer that cannot be verified is a bad gateway (502), and not a client without rights (401).
 */
const unproven = ({ operation }: Call, error: VerificationError, requestId: string | undefined): VerificationError =>
  new VerificationError(error.code, `the answer to ${operation}: ${error.message}`, {
    status: 502,
    cause: error,
    requestId,
  });
