import type { Context, Middleware, Next } from 'koa';
import { checkNotificationHeaders, formatOf, type HeadersDistinct } from '../client/merchant/notification-format.js';
import { sha256Hex } from '../core/crypto/digest.js';
import { WxpayError } from '../core/errors.js';
import type { Notice, NotificationContent } from '../core/vocabulary.js';
import type { NotificationTrace } from '../diagnostics/channels.js';
import { noteError, trace } from '../diagnostics/trace.js';
import type { Verdict } from '../settlement/types.js';
import { defined } from '../util/absent.js';
import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';
import type { Delivery } from './delivery.js';
import { downstream } from './downstream.js';
import { emit } from './emit.js';
import { distinctHeaders } from './headers.js';
import { answering, statusOf } from './notify-answer.js';
import { resolveNotify, type WxNotifyOptions } from './options.js';
import { rawBody } from './raw-body.js';
import { sinceHeaders, watchRequestStarts } from './request-start.js';
import type { NotifyState } from './state.js';
import { markReached, watchAddress } from './unreached.js';

const BODY = { limit: 128 * 1024, timeout: 3_000 };

/**
 * Guarantees: what follows runs at most once per payment, only for a notification WeChat Pay signed for this merchant, of the
 * right amount for a pending order, inside `once`; and the notification is acknowledged only after that effect is durable.
 * Everything else is refused with one fixed text, answered within `deadline`, and emitted as a coded error on the app.
 *
 * Mount it before any body parser. The rest of the chain is the handler: `ctx.state.wxpay.notice`, and `.tx` to write with.
 * With `fulfil` the handler is that function, and the rest of the chain runs after the commit. Notifications of other kinds go to
 * `fulfilOther`, and the orders of a combined order to `fulfil`, one by one; neither runs the rest of the chain.
 *
 * @throws {TypeError} at creation, naming the option that is wrong
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 * @example
 * router.post('/wxpay/notify', wxNotify({ wxpay, findOrder, once: postgresOnce(pool) }), async (ctx) => {
 *   const { notice, tx } = ctx.state.wxpay;
 *   if (notice.type !== 'payment.success') return;
 *   const { rowCount } = await tx.query(
 *     `update orders set state = 'paid', transaction_id = $1 where out_trade_no = $2 and state = 'pending'`,
 *     [notice.payment.transaction_id, notice.payment.out_trade_no]);
 *   if (rowCount === 0) throw new Error('not pending any more');
 * });
 */
export function wxNotify<Tx>(options: WxNotifyOptions<Tx>): Middleware<NotifyState<Tx>> {
  const settling = resolveNotify(options);
  const { by, settlement } = settling;
  watchRequestStarts();
  watchAddress(settlement.wxpay.notifyUrl);
  return async function wxNotify(ctx: Context, next: Next) {
    if (!markReached(ctx.req)) throw mountedTwice();
    const answer = answering(ctx);
    const stopWaiting = new AbortController();
    const headers = distinctHeaders(ctx.req);
    const fields: NotificationTrace = {};
    const delivery: Delivery<Tx> = {
      trace: fields,
      settling,
      ctx,
      next,
      middleware: wxNotify,
      signal: stopWaiting.signal,
      headers,
      format: formatOf(headers),
      answered: false,
      isFollowed: false,
    };
    const { handling, outcome } = await trace('notification', fields, async () => {
      const handling = handle(delivery);
      const outcome = await withinDeadline(handling, settlement.deadline, sinceHeaders(ctx.req));
      noteOutcome(delivery, outcome);
      return { handling, outcome };
    });
    delivery.answered = true;
    const report = (error: unknown): void => emit(ctx, error);
    const follow = async (verdict: Done): Promise<void> => {
      if (verdict === 'ran' && delivery.isFollowed) await next().catch(report);
    };
    if (outcome.state === 'done') {
      const { verdict } = outcome;
      // With "fulfil" the effect is committed: what follows runs after the answer, and can neither change nor delay it.
      if (by === 'fulfil') answer.replyNow(delivery.format.acknowledged);
      else answer.reply(delivery.format.acknowledged);
      return follow(verdict);
    }
    // Past Koa: neither a middleware above nor a handler that still runs can turn a refusal into an acknowledgement.
    answer.replyNow(delivery.format.refused(statusOf(outcome.error)));
    stopWaiting.abort();
    report(withFacts(outcome.error, delivery));
    if (outcome.state === 'late') handling.then(follow, report);
  };
}

const mountedTwice = (): WxpayError =>
  new WxpayError(
    'ERR_WXPAY_MOUNT',
    'two wxNotify are mounted on one path: give every merchant a path of its own ("notifyUrl"), and every path one wxNotify',
  );

/** Runs the checks in their order, up to the first that fails. It resolves when the outcome is durable. */
async function handle<Tx>(delivery: Delivery<Tx>): Promise<Done> {
  const { ctx, settling, headers } = delivery;
  checkRequest(ctx, headers);
  const body = await rawBody(ctx, BODY);
  delivery.body = body;
  delivery.format = formatOf(headers, body);
  return settle(delivery, await settling.settlement.wxpay.readNotification(body, headers));
}

async function settle<Tx>(delivery: Delivery<Tx>, read: NotificationContent): Promise<Done> {
  const { settling, ctx, signal } = delivery;
  const { by, settlement } = settling;
  delivery.trace.type = typeOf(read);
  if ('combined' in read) return oneOf(await settlement.settleCombined(read.combined, { ctx, signal }));
  if ('other' in read) return settlement.settleOther(read.other, { ctx, signal });
  if ('ignored' in read) {
    await settlement.ignore(read.ignored, ctx);
    return 'ignored';
  }
  const { notice } = read;
  const verdict = await settleWith(delivery, notice);
  if (by === 'fulfil') ctx.state.wxpay = { ...ctx.state.wxpay, notice };
  // What follows in the chain is for one payment or refund.
  delivery.isFollowed = by === 'fulfil';
  return verdict;
}

/** How a notification is published: by its type, or what else happened. */
function typeOf(read: NotificationContent): string | undefined {
  if ('notice' in read) return read.notice.type;
  if ('combined' in read) return 'combined';
  return 'other' in read ? read.other.event_type : read.ignored.event_type;
}

/** Something was done, or the first of the reasons why it was not. */
const oneOf = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.find((one) => one === 'ran') ?? (verdicts[0] as Verdict);

function settleWith<Tx>(delivery: Delivery<Tx>, notice: Notice): Promise<Verdict> {
  const { settling, ctx, signal } = delivery;
  if (settling.by === 'fulfil') return settling.settlement.settle(notice, { ctx, signal });
  return settling.settlement.settle(notice, (tx) => downstream(delivery, notice, tx), { ctx, signal });
}

function checkRequest(ctx: Context, headers: HeadersDistinct): void {
  const { method } = ctx;
  if (method !== 'POST') {
    throw new WxpayError(
      'ERR_WXPAY_BAD_REQUEST',
      `a notification is a POST, not ${method}: mount wxNotify on a path of its own`,
      { status: 405 },
    );
  }
  if (headers['content-encoding']?.some(isEncoded)) {
    throw new WxpayError('ERR_WXPAY_BAD_REQUEST', 'a notification has no Content-Encoding', { status: 415 });
  }
  checkNotificationHeaders(headers);
}

/** `identity` and an empty value say that the body travels as it is. */
const isEncoded = (value: string): boolean =>
  value.split(',').some((coding) => !/^(?:identity)?$/i.test(coding.trim()));

type Done = Verdict | 'ignored';

type Outcome = { state: 'done'; verdict: Done } | { state: 'failed' | 'late'; error: unknown };

/** @param spent how much of the deadline middlewares above have used up */
async function withinDeadline(handling: Promise<Done>, deadline: number, spent: number): Promise<Outcome> {
  const done = handling.then(
    (verdict): Outcome => ({ state: 'done', verdict }),
    (error: unknown): Outcome => ({ state: 'failed', error }),
  );
  const outcome = await withTimeout(done, deadline - spent);
  if (outcome !== TIMED_OUT) return outcome;
  const message = `not settled within ${deadline} ms of the request: the work goes on, the next copy finds it`;
  return { state: 'late', error: new WxpayError('ERR_WXPAY_DEADLINE', message, { status: 503 }) };
}

function noteOutcome<Tx>({ trace, format }: Delivery<Tx>, outcome: Outcome): void {
  trace.version = format.version;
  if (outcome.state === 'done') {
    trace.verdict = outcome.verdict;
    trace.status = format.acknowledged.status;
    return;
  }
  trace.verdict = 'refused';
  trace.status = statusOf(outcome.error);
  noteError(trace, outcome.error);
}

/** A serial or an id of a public key: nothing that a sender can choose freely gets into a log. */
const SERIAL = /^[0-9A-Za-z_]{8,64}$/;

/** Adds what identifies this delivery in a log. None of it is text that a sender can choose freely. */
function withFacts<Tx>(error: unknown, { ctx: { req }, settling, body }: Delivery<Tx>): unknown {
  if (!(error instanceof WxpayError)) return error;
  const { mchid } = settling.settlement.wxpay;
  const serial = String(req.headers['wechatpay-serial']);
  error.facts = defined({
    mchid,
    serial: SERIAL.test(serial) ? serial : undefined,
    bytes: body?.length,
    sha256: body && sha256Hex(body),
    ms: Math.round(sinceHeaders(req)),
  });
  return error;
}
