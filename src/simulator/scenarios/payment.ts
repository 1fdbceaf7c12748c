import { oneOf, setting, text, toggle, type ValuesOf } from './field.js';
import { duration } from './schemas.js';

/** How a payment becomes known. */
export const PAYMENT_SETTINGS = {
  /**
   * When the notification starts, relative to the callback of the page; `'never'` loses it
   * together with all its retries.
   *
   * @default 'after'
   */
  notification: oneOf(
    text('Sent', '发送'),
    ['after', text('after “ok”', '在 “ok” 之后')],
    ['before', text('before “ok”', '在 “ok” 之前')],
    ['never', text('never', '从不')],
  ),
  /**
   * How many milliseconds after `ok` a query still says NOTPAY. The notification waits as long.
   *
   * @default 0
   */
  lag: setting(
    duration,
    text('Query lags behind', '查询滞后'),
    [0, text('0 s', '0 秒')],
    [5000, text('5 s', '5 秒')],
    [60_000, text('60 s', '60 秒')],
  ),
  /**
   * The person pays in the moment in which the merchant closes the order: the close is refused, and
   * the notification arrives after it.
   *
   * @default false
   */
  paidWhileClosing: toggle(false, 'Paid while the shop closes', '关单时用户恰好支付'),
};

/** When the notification of a payment starts, relative to the callback of the page. */
export type NotificationOrder = ValuesOf<typeof PAYMENT_SETTINGS>['notification'];
