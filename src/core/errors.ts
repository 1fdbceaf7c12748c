import { documented } from '../util/docs-link.js';
import { printable } from '../util/printable.js';
import type { ApiMeaning } from './meanings.js';

/** The codes of this package's errors. */
export type WxpayErrorCode =
  // Notifications that are refused, in the order of the checks.
  | 'ERR_WXPAY_BAD_REQUEST'
  | 'ERR_WXPAY_BODY_TOO_LARGE'
  | 'ERR_WXPAY_BODY_TIMEOUT'
  | 'ERR_WXPAY_RAW_BODY_UNAVAILABLE'
  | 'ERR_WXPAY_STALE'
  | 'ERR_WXPAY_CLOCK_SKEW'
  | 'ERR_WXPAY_UNKNOWN_SERIAL'
  | 'ERR_WXPAY_SIGN_PROBE'
  | 'ERR_WXPAY_BAD_SIGNATURE'
  | 'ERR_WXPAY_BAD_ENVELOPE'
  | 'ERR_WXPAY_DECRYPT_FAILED'
  | 'ERR_WXPAY_WRONG_MERCHANT'
  | 'ERR_WXPAY_NOT_A_PAYMENT'
  | 'ERR_WXPAY_BAD_FACTS'
  | 'ERR_WXPAY_UNKNOWN_ORDER'
  | 'ERR_WXPAY_ORDER_INVALID'
  | 'ERR_WXPAY_AMOUNT_MISMATCH'
  | 'ERR_WXPAY_SECOND_PAYMENT'
  | 'ERR_WXPAY_ORDER_CLOSED'
  | 'ERR_WXPAY_BUSY'
  | 'ERR_WXPAY_CONFLICT'
  | 'ERR_WXPAY_HANDLER_FAILED'
  | 'ERR_WXPAY_STORE_FAILED'
  | 'ERR_WXPAY_DEADLINE'
  | 'ERR_WXPAY_ANSWER_OVERRIDDEN'
  // Before a payment.
  | 'ERR_WXPAY_ORDER_NOT_FOUND'
  | 'ERR_WXPAY_ORDER_NOT_PAYABLE'
  | 'ERR_WXPAY_ORDER_PAID'
  | 'ERR_WXPAY_ORDER_CHANGED'
  | 'ERR_WXPAY_REFUND_INVALID'
  | 'ERR_WXPAY_OPENID_REQUIRED'
  | 'ERR_WXPAY_BAD_TOKEN'
  | 'ERR_WXPAY_MOUNT'
  // Calls to WeChat.
  | 'ERR_WXPAY_API'
  | 'ERR_WXPAY_TRANSPORT'
  | 'ERR_WXPAY_BAD_ANSWER'
  | 'ERR_WXPAY_BAD_XML'
  | 'ERR_WXPAY_BILL';

/** What an error has beyond its code and message. */
export interface WxpayErrorOptions {
  /** HTTP status for a Koa app that lets it propagate. */
  status?: number;
  /** The error that led to this one. */
  cause?: unknown;
  /** WeChat's `Request-ID`. */
  requestId?: string | undefined;
}

/**
 * The class of every error of this package. Messages contain no secret, no body and no signature,
 * and `expose` keeps them out of answers. A message ends with the address of the page that explains
 * its code.
 *
 * @example
 * if (error instanceof WxpayError) {
 *   switch (error.code) {
 *     case 'ERR_WXPAY_ORDER_PAID': return showPaid();
 *     case 'ERR_WXPAY_TRANSPORT': return showTryAgain();
 *   }
 * }
 */
export class WxpayError extends Error {
  override readonly name: string = 'WxpayError';
  /** One of our codes. WeChat's own code is {@link ApiError.wechatCode}. */
  readonly code: WxpayErrorCode;
  readonly status: number;
  readonly expose = false;
  /** The `Request-ID` of WeChat's answer, which its support asks for. Some answers have none. */
  readonly requestId?: string;
  /**
   * What a log may contain about a notification that was refused: mchid, serial, size and SHA-256
   * of its body, and the milliseconds that it took.
   */
  facts?: Readonly<Record<string, string | number>>;

  constructor(code: WxpayErrorCode, message: string, { status = 500, cause, requestId }: WxpayErrorOptions = {}) {
    super(documented(message, code), cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** What arrived is not WeChat's, or is not about this order, and must not be believed. */
export class VerificationError extends WxpayError {
  override readonly name = 'VerificationError';

  constructor(code: WxpayErrorCode, message: string, { status = 401, ...options }: WxpayErrorOptions = {}) {
    super(code, message, { status, ...options });
  }
}

/** The facts of a refusal. */
export interface ApiErrorFacts {
  /** HTTP status of WeChat's answer. */
  status: number;
  /** WeChat's own code, as sent: v3 `code`, v2 `err_code` (`FAIL` when only `return_msg` came), `errcode` of an account. */
  wechatCode: string;
  /** WeChat's own text. */
  text: string;
  meaning: ApiMeaning;
  /** What to change, where the refusal has a known cause. */
  hint?: string | undefined;
  detail?: unknown;
  requestId?: string | undefined;
  cause?: unknown;
}

/**
 * What a browser is answered when the meaning is about the order. Every other refusal is 502:
 * WeChat's own status is about the shop's request, and its 401 or 404 would tell the payer to log
 * in, or that the page is gone.
 */
const STATUS: Partial<Record<ApiMeaning, number>> = {
  order_paid: 409,
  order_closed: 409,
  order_changed: 409,
  order_not_found: 404,
};

/**
 * WeChat refused. Branch on `meaning` (or {@link apiMeaning}), which is the same for v2 and v3.
 * `status` is what Koa answers a browser: 409 or 404 where the meaning is about the order, and 502
 * otherwise.
 */
export class ApiError extends WxpayError {
  override readonly name = 'ApiError';
  declare readonly code: 'ERR_WXPAY_API';
  readonly meaning: ApiMeaning;
  /** HTTP status of WeChat's answer; 200 for every refusal of API v2. */
  readonly wechatStatus: number;
  /** WeChat's own code, as sent: `ORDERPAID`, `ORDER_CLOSED`, `40029`; `HTTP_404` where the answer carried none. */
  readonly wechatCode: string;
  // Private, so that no logger prints them: WeChat repeats in them what it refuses, such as an openid or our signature.
  readonly #text: string;
  readonly #detail: unknown;

  /** @param operation what was asked for, such as `the refund` */
  constructor(operation: string, facts: ApiErrorFacts) {
    const { status, wechatCode, text, meaning, hint, detail, requestId, cause } = facts;
    const message = `WeChat refused ${operation}: ${printable(wechatCode)} ${printable(text)}`.trimEnd();
    super('ERR_WXPAY_API', hint === undefined ? message : `${message} (${hint})`, {
      status: STATUS[meaning] ?? 502,
      cause,
      requestId,
    });
    this.wechatCode = wechatCode;
    this.meaning = meaning;
    this.wechatStatus = status;
    this.#text = text;
    this.#detail = detail;
  }

  /** WeChat's own text, unabridged. */
  get text(): string {
    return this.#text;
  }

  /** What API v3 says about the field that it refuses. It may contain the field's value. */
  get detail(): unknown {
    return this.#detail;
  }
}

/**
 * Returns the meaning of WeChat's refusal, or `undefined` for an error that is not a refusal.
 *
 * @example
 * if (apiMeaning(error) === 'order_not_found') return null;
 */
export const apiMeaning = (error: unknown): ApiMeaning | undefined =>
  error instanceof ApiError ? error.meaning : undefined;

/** Whether it is an error of this package with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly WxpayErrorCode[]): error is WxpayError =>
  error instanceof WxpayError && codes.includes(error.code);

/**
 * No answer arrived that could be believed, so that the outcome is unknown. Query before you repeat
 * anything that is not idempotent.
 */
export class TransportError extends WxpayError {
  override readonly name = 'TransportError';
  declare readonly code: 'ERR_WXPAY_TRANSPORT';
  /** `true` when the request certainly never reached WeChat. */
  readonly notSent: boolean;

  constructor(
    message: string,
    { notSent = false, ...options }: Omit<WxpayErrorOptions, 'status'> & { notSent?: boolean } = {},
  ) {
    super('ERR_WXPAY_TRANSPORT', message, { status: 502, ...options });
    this.notSent = notSent;
  }
}
