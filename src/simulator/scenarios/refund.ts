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
