import { z } from 'zod';
import { oneOf, setting, text, toggle, type ValuesOf } from './field.js';
import { duration } from './schemas.js';

/** What WeChat does not document. The initial value is what the simulator assumes. */
export const RULES = {
  /**
   * Which clock dates the signatures of notifications when the simulator's clock was moved: the
   * simulator's, which the shop then follows (`now: sim.clock.now`), or the real one, which a shop
   * in another process goes by. Requests may be dated by either, and are answered by the same.
   * `'strict'` shows what a wrong clock does: only the simulator's counts.
   *
   * @default 'simulated'; of the command 'real'
   */
  timestamps: oneOf(
    text('Signatures are dated by', '签名时间取自'),
    ['simulated', text("the simulator's clock", '模拟时钟')],
    ['real', text('the real clock', '真实时钟')],
    ['strict', text("only the simulator's, in requests too", '仅模拟时钟，请求亦然')],
  ),
  /**
   * Whether ordering again within two hours returns the same prepay_id or a new one.
   *
   * @default 'same'
   */
  reissue: oneOf(
    text('Ordering again returns', '重复下单返回'),
    ['same', text('the same prepay_id', '相同的 prepay_id')],
    ['new', text('a new prepay_id', '新的 prepay_id')],
  ),
  /**
   * Whether another `notify_url` makes an order a different one.
   *
   * @default true
   */
  compareNotifyUrl: toggle(true, 'notify_url is part of the order', 'notify_url 参与订单比对'),
  /**
   * How often a notification is sent in all: 16 times (15 retries) or 15 times.
   *
   * @default 16
   */
  sends: oneOf(
    text('Sends of a notification', '通知发送次数'),
    [16, text('16', '16')],
    [15, text('15', '15')],
  ),
  /**
   * Delivers notifications to plain http addresses anywhere, and accepts any certificate. Otherwise
   * plain http reaches only this machine.
   *
   * @default false
   */
  notifyInsecure: toggle(false, 'Deliver to any plain http address', '允许任意 http 通知地址'),
  /**
   * The error of API v3 for ordering or closing a paid order.
   *
   * @default 'ORDER_PAID'
   */
  orderPaidCode: oneOf(
    text('v3: paid order', 'v3：订单已支付'),
    ['ORDER_PAID', text('ORDER_PAID', 'ORDER_PAID')],
    ['ORDERPAID', text('ORDERPAID', 'ORDERPAID')],
  ),
  /**
   * The error of API v3 for a refund number that is used again with another amount or order.
   *
   * @default 'INVALID_REQUEST'
   */
  refundMismatchCode: oneOf(
    text('v3: refund mismatch', 'v3：退款信息不一致'),
    ['INVALID_REQUEST', text('INVALID_REQUEST', 'INVALID_REQUEST')],
    ['REFUND_FEE_MISMATCH', text('REFUND_FEE_MISMATCH', 'REFUND_FEE_MISMATCH')],
  ),
  /**
   * Milliseconds between two refunds of one order. WeChat asks for 60,000 and is not known to
   * insist.
   *
   * @default 0
   */
  refundGap: setting(
    duration,
    text('Gap between refunds', '退款间隔'),
    [0, text('none', '无')],
    [60_000, text('60 s', '60 秒')],
  ),
  /**
   * Milliseconds that an order must be old before it can be closed. WeChat asks for 300,000 and is
   * not known to insist.
   *
   * @default 0
   */
  closeAfter: setting(
    duration,
    text('Earliest close', '最早关单时间'),
    [0, text('at once', '立即')],
    [300_000, text('after 5 minutes', '5 分钟后')],
  ),
  /**
   * Whether the limit of v3 `description` counts bytes of UTF-8, as that of `attach` does. The
   * documented limit is 127 and names no unit.
   *
   * @default false
   */
  descriptionInBytes: toggle(
    false,
    'v3: description limited in bytes',
    'v3：description 按字节计长',
  ),
  /**
   * Whether notifications of API v2 have a `sign_type`. Some clients verify HMAC-SHA256 only with it.
   *
   * @default false
   */
  notifySignType: toggle(false, 'v2: sign_type in notifications', 'v2：通知包含 sign_type'),
  /**
   * What the hash of a compressed bill covers: the text, or the bytes that travel.
   *
   * @default 'text'
   */
  billHash: oneOf(
    text('Hash of a compressed bill', '压缩账单的哈希'),
    ['text', text('of the text', '原文')],
    ['travelled', text('of the compressed bytes', '压缩后的字节')],
  ),
  /**
   * The signature that API v2 requires for fund-flow bills.
   *
   * @default 'HMAC-SHA256'
   */
  fundFlowSignType: oneOf(
    text('v2: fund-flow bill signed with', 'v2：资金账单签名'),
    ['HMAC-SHA256', text('HMAC-SHA256', 'HMAC-SHA256')],
    ['any', text('either', '任意')],
  ),
  /**
   * How many real milliseconds a receiver has to answer a notification.
   *
   * @default 5000
   */
  notifyTimeout: setting(
    z.int().min(1).max(600_000),
    text('Notification time-out', '通知超时'),
    [5000, text('5 s', '5 秒')],
    [1000, text('1 s', '1 秒')],
  ),
};

/** What WeChat does not document, with the choice that is made here. */
export type Rules = ValuesOf<typeof RULES>;
