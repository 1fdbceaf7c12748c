import type { Account } from '../../../core/accounts.js';
import { WxpayError } from '../../../core/errors.js';
import type { MerchantV2 } from '../../../core/v2/merchant.js';
import { badAnswer, buildRequest, type OutgoingV2, readAnswer } from '../../../core/v2/message.js';
import type { FieldsV2, SignTypeV2 } from '../../../core/v2/sign.js';
import { MINUTE } from '../../../util/clock.js';
import type { Agent, Dispatcher } from '../../http.js';
import { createAgent, exchange, exchangeWithBackup, stream } from '../../http.js';
import type { Common } from '../../options.js';
import type { ClientCertificate } from './options.js';

const LIMIT = 256 * 1024;
const BILL_LIMIT = 4 * 1024 * 1024 * 1024;
const BILL_TIMEOUT = 15 * MINUTE;

export interface HowV2 {
  clientCertificate: boolean;
  /** Where WeChat takes one algorithm only. @default the merchant's */
  signType?: SignTypeV2;
}

export interface ExchangeV2 {
  /** Whether a client certificate can be sent, or none is needed. */
  canCertify: boolean;
  /**
   * Signed fields there, verified fields back.
   *
   * @throws ApiError WeChat refused
   * @throws TransportError no answer
   * @throws VerificationError status 502: an answer without a valid signature, or for another merchant
   */
  call(path: string, fields: OutgoingV2, account: Account): Promise<FieldsV2>;
  /** As `call`, where WeChat asks for the client certificate. */
  callWithCertificate(path: string, fields: OutgoingV2, account: Account): Promise<FieldsV2>;
  /** A message that is ready, sent once; resolves to the bytes of its answer, unverified. */
  send(path: string, message: string, how: { certificate: boolean; signal?: AbortSignal | undefined }): Promise<Buffer>;
  /** A bill: text, unsigned; a refusal comes as XML in its place. */
  download(path: string, fields: OutgoingV2, how: HowV2): AsyncIterable<Buffer>;
}

export function createExchangeV2(
  common: Common,
  merchant: MerchantV2,
  clientCertificate?: ClientCertificate,
): ExchangeV2 {
  const { hosts, timeout, nonce } = common;
  let agent: Promise<Agent> | undefined;

  const post = (path: string, message: string) => ({
    method: 'POST' as const,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: message,
    operation: path,
  });

  async function call(
    path: string,
    fields: OutgoingV2,
    account: Account,
    dispatcher = common.dispatcher,
  ): Promise<FieldsV2> {
    const message = buildRequest({ ...merchant, ...account }, fields, nonce());
    const sent = { ...post(path, message), timeout, limit: LIMIT, dispatcher };
    return exchangeWithBackup(hosts, path, sent, ({ status, body }) => {
      if (status !== 200) throw badAnswer(path, `HTTP ${status}`);
      return readAnswer(merchant, path, body);
    });
  }

  // The host's own dispatcher brings the certificate itself, and plain http has none.
  const needless = common.dispatcher !== undefined || hosts.baseUrl.startsWith('http:');

  async function certified(path: string): Promise<Dispatcher | undefined> {
    if (needless) return common.dispatcher;
    if (!clientCertificate) {
      throw new WxpayError(
        'ERR_WXPAY_REFUND_INVALID',
        `${path} needs the client certificate: give "v2.clientPfx", or "v2.clientCertificate" and "v2.clientKey"`,
      );
    }
    agent ??= createAgent(clientCertificate);
    return agent;
  }

  async function send(path: string, message: string, how: { certificate: boolean; signal?: AbortSignal | undefined }) {
    const dispatcher = how.certificate ? await certified(path) : common.dispatcher;
    const sent = { ...post(path, message), url: hosts.baseUrl + path, signal: how.signal };
    return exchange({ ...sent, timeout, limit: LIMIT, dispatcher }, ({ status, body }) => {
      if (status !== 200) throw badAnswer(path, `HTTP ${status}`);
      return body;
    });
  }

  async function* download(path: string, fields: OutgoingV2, how: HowV2) {
    const dispatcher = how.clientCertificate ? await certified(path) : common.dispatcher;
    const url = hosts.baseUrl + path;
    const { status, body } = await stream({
      ...post(path, buildRequest({ ...merchant, signType: how.signType ?? merchant.signType }, fields, nonce())),
      url,
      timeout: BILL_TIMEOUT,
      limit: BILL_LIMIT,
      dispatcher,
    });
    if (status !== 200) {
      for await (const _ of body) break; // lets the connection go
      throw badAnswer(path, `HTTP ${status}`);
    }
    yield* unlessRefused(body, path);
  }

  function unlessRefused(body: AsyncIterable<Buffer>, path: string): AsyncIterable<Buffer> {
    return refusalAhead(body, (message) => {
      readAnswer(merchant, path, message);
      throw badAnswer(path, 'a message in place of a bill');
    });
  }

  return {
    canCertify: needless || clientCertificate !== undefined,
    call,
    callWithCertificate: async (path, fields, account) => call(path, fields, account, await certified(path)),
    send,
    download,
  };
}

/** A bill starts with its headings; `<xml` is what a refusal starts with. */
async function* refusalAhead(body: AsyncIterable<Buffer>, refuse: (message: Buffer) => never): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length >= 4 && head.subarray(0, 4).toString('latin1') !== '<xml') {
      yield head;
      head = undefined;
    } else if (head.length > LIMIT) {
      break;
    }
  }
  if (head?.subarray(0, 4).toString('latin1') === '<xml') refuse(head);
  if (head) yield head;
}
