/**
 * koa-wxpay: WeChat Pay for Koa. Three middlewares take a shop from an opened page to an order paid exactly once; everything they
 * do can be called without Koa too. Read on at `koa/wx-notify.ts`, `settlement/settle.ts`, `client/protocol.ts`, `core/v3/notify.ts`.
 */

export {
  type BillDifference,
  type CompareBillOptions,
  compareBill,
  type LedgerEntry,
} from './bills/compare.js';
export type { AccountOptions } from './client/account/account.js';
export { createJsConfig, type JsConfigOptions, type SigningOptions } from './client/account/js-config.js';
export type { HeadersDistinct } from './client/merchant/notification-format.js';
export type * from './client/merchant/other-apis.js';
export type { V2Options } from './client/merchant/v2/options.js';
export type { V3Options } from './client/merchant/v3/options.js';
export type { WxpayOptions } from './client/options.js';
export type * from './client/types.js';
export { createWxpay } from './client/wxpay.js';
export {
  ApiError,
  type ApiErrorFacts,
  apiMeaning,
  TransportError,
  VerificationError,
  WxpayError,
  type WxpayErrorCode,
  type WxpayErrorOptions,
} from './core/errors.js';
export type { ApiMeaning } from './core/meanings.js';
export { fen, yuan } from './core/money.js';
export type { OAuthScope } from './core/oauth/authorize.js';
export type { OAuthUser } from './core/oauth/token.js';
export type { ApiQuery, QueryValue } from './core/other-apis/query.js';
export { nextTradeNo } from './core/trade-no.js';
export type { SignTypeV2 } from './core/v2/sign.js';
export type * from './core/vocabulary.js';
export type { LoginTrace, NotificationTrace, SettlementTrace, Trace, UpstreamTrace } from './diagnostics/channels.js';
export type { WxNotifyOptions } from './koa/options.js';
export type * from './koa/state.js';
export { type JsConfig, type TokenCache, type WxJsConfigOptions, wxJsConfig } from './koa/wx-js-config.js';
export { type MiniLogin, type WxMiniLogin, type WxMiniLoginOptions, wxMiniLogin } from './koa/wx-mini-login.js';
export { wxNotify } from './koa/wx-notify.js';
export {
  type KnownIdentity,
  type OAuthIdentity,
  type OAuthPage,
  type OAuthSession,
  type WxOAuthOptions,
  wxOAuth,
} from './koa/wx-oauth.js';
export { type WxPrepayOptions, wxPrepay } from './koa/wx-prepay.js';
export { type SettleAnswer, type WxSettleOptions, wxSettle } from './koa/wx-settle.js';
export type { DeadLetter, Inbox, InboxEntry, InboxOptions } from './once/inbox.js';
export { type LeaseClaim, type LeaseOnceOptions, type LeaseStore, type LeaseTx, leaseOnce } from './once/lease.js';
export { type MemoryOnceOptions, memoryOnce } from './once/memory.js';
export type { Claim, Once, OnceOutcome } from './once/once.js';
export { type StatementWatch, watchStatements } from './once/statements.js';
export type { Pending, PendingOrder } from './reconcile/pending.js';
export { reconcile } from './reconcile/reconcile.js';
export type * from './reconcile/types.js';
export { createSettlement } from './settlement/settle.js';
export type * from './settlement/types.js';
export { createWorker, type Worker, type WorkerOptions } from './settlement/worker.js';
