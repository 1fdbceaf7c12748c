import { oneOf, setting, text, toggle, type ValuesOf } from './field.js';
import { fen } from './schemas.js';

/** What can happen between a page and the cashier. */
export const CASHIER_SETTINGS = {
  /**
   * Whether `WeixinJSBridge` exists before the scripts of the page run, or follows them with its
   * event.
   *
   * @default 'later'
   */
  bridge: oneOf(
    text('WeixinJSBridge', 'WeixinJSBridge'),
    ['later', text('comes later', '稍后就绪')],
    ['already', text('already there', '已就绪')],
  ),
  /**
   * A coupon of this many fen pays a part.
   *
   * @default 0
   */
  coupon: setting(
    fen,
    text('Coupon', '代金券'),
    [0, text('none', '无')],
    [1, text('¥0.01', '¥0.01')],
    [100, text('¥1.00', '¥1.00')],
    [1000, text('¥10.00', '¥10.00')],
  ),
  /**
   * What the person does in the cashier: pays; cancels; or tries with too little money or a wrong
   * password and then gives up.
   *
   * @default 'pays'
   */
  outcome: oneOf(
    text('The person', '用户操作'),
    ['pays', text('pays', '支付')],
    ['cancels', text('cancels', '取消')],
    ['balance', text('has too little money', '余额不足')],
    ['password', text('types a wrong password', '密码错误')],
  ),
  /**
   * Tells the page `ok` without a payment: `ok` proves nothing.
   *
   * @default false
   */
  falseOk: toggle(false, '“ok” without a payment', '未支付却返回 “ok”'),
};

/** What can happen between a page and the cashier. */
export type CashierSwitches = ValuesOf<typeof CASHIER_SETTINGS>;

/** What a person does in the cashier. */
export type CashierOutcome = CashierSwitches['outcome'];
