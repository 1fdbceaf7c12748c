import type { OrderRefusal } from '../ledger/ledger.js';
import type { Outcome } from './endpoint.js';

export const ORDER_PAID: Outcome = { err_code: 'ORDERPAID', err_code_des: '该订单已支付' };
export const ORDER_CLOSED: Outcome = { err_code: 'ORDERCLOSED', err_code_des: '该订单已关闭' };
export const ORDER_NOT_EXIST: Outcome = { err_code: 'ORDERNOTEXIST', err_code_des: '订单不存在' };
export const CLOSE_TOO_SOON: Outcome = {
  err_code: 'INVALID_REQUEST',
  err_code_des: '订单生成后不能马上关单，请五分钟后再试',
};

/** Why an order was not placed, in the words of API v2. */
export const PLACE_REFUSED: Record<OrderRefusal, Outcome> = {
  paid: ORDER_PAID,
  closed: ORDER_CLOSED,
  changed: { err_code: 'INVALID_REQUEST', err_code_des: '201 商户订单号重复' },
  expired: { err_code: 'INVALID_REQUEST', err_code_des: '订单已过期' },
};
