import type { Route } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { downloadbill, downloadfundflow } from './bills.js';
import { closeorder } from './closeorder.js';
import { orderquery } from './orderquery.js';
import { refundEndpoint } from './refund.js';
import { refundquery } from './refundquery.js';
import { routeOf } from './route.js';
import { unifiedorder } from './unifiedorder.js';

const ENDPOINTS = [
  unifiedorder,
  orderquery,
  closeorder,
  refundEndpoint,
  refundquery,
  downloadbill,
  downloadfundflow,
];

/** API v2 of api.mch.weixin.qq.com. */
export const v2Routes = (state: SimulatorState): Route[] =>
  ENDPOINTS.map((endpoint) => routeOf(state, endpoint(state)));
