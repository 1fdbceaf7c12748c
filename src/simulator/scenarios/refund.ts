import { oneOf, setting, text, toggle, type ValuesOf } from './field.js';
import { duration } from './schemas.js';

/** How refunds proceed. */
export const REFUND_SETTINGS = {
  /**
   * How a refund ends.
   *
   * @default 'SUCCESS'
   */
  outcome: oneOf(
    text('Ends as', '结果'),
    ['SUCCESS', text('done', '成功')],
    ['CLOSED', text('closed', '关闭')],
    ['ABNORMAL', text('abnormal', '异常')],
  ),
  /**
   * How many milliseconds it takes, on the simulator's clock.
   *
   * @default 5000
   */
  delay: setting(
    duration,
    text('After', '用时'),
    [5000, text('5 s', '5 秒')],
    [60_000, text('60 s', '60 秒')],
    [86_400_000, text('1 day', '1 天')],
  ),
  /**
   * Whether its end is notified.
   *
   * @default 'after'
   */
  notification: oneOf(
    text('Notified', '通知'),
    ['after', text('when it ends', '结束时')],
    ['never', text('never', '从不')],
  ),
  /**
   * The form of the notification: that of the API which refunded, or always that of API v2, as
   * merchants of API v3 get for refunds made by hand.
   *
   * @default 'asked'
   */
  notificationForm: oneOf(
    text('Notified as', '通知格式'),
    ['asked', text('by the API that refunded', '按退款所用 API')],
    ['v2', text('by API v2', '按 API v2')],
  ),
  /**
   * The merchant has no money left: `NOTENOUGH`, in v3 403 `NOT_ENOUGH`.
   *
   * @default false
   */
  notEnough: toggle(false, 'No money on the account', '余额不足'),
  /**
   * Limits a merchant to six refused refunds a second.
   *
   * @default false
   */
  limiter: toggle(false, 'Limit of refused refunds', '失败退款限频'),
};

/** How refunds proceed. */
export type RefundSwitches = ValuesOf<typeof REFUND_SETTINGS>;
