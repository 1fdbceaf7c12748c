import type { Route } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { abnormalRefundEndpoint } from './abnormal-refund.js';
import { billEndpoints } from './bills.js';
import { certificatesEndpoint } from './certificates.js';
import { closeEndpoint, queryEndpoints } from './orders.js';
import { placeEndpoints } from './place.js';
import { refundEndpoint, refundQueryEndpoint } from './refunds.js';
import { routeOf } from './route.js';

/** API v3 of api.mch.weixin.qq.com, for merchants and for service providers. */
export const v3Routes = (state: SimulatorState): Route[] =>
  [
    ...[false, true].flatMap((partner) => [
      ...placeEndpoints(state, partner),
      ...queryEndpoints(state, partner),
      closeEndpoint(state, partner),
    ]),
    certificatesEndpoint(state),
    refundEndpoint(state),
    refundQueryEndpoint(state),
    abnormalRefundEndpoint(state),
    ...billEndpoints(state),
  ].map((endpoint) => routeOf(state, endpoint));
