import type { Route } from '../http.js';
import type { World } from '../world.js';
import { billEndpoints } from './bills.js';
import { certificates } from './certificates.js';
import { route } from './endpoint.js';
import { closeEndpoint, queryEndpoints } from './orders.js';
import { placeEndpoints } from './place.js';
import { abnormalRefundEndpoint, refundEndpoint, refundQueryEndpoint } from './refunds.js';

/** API v3 of api.mch.weixin.qq.com, for merchants and for service providers. */
export const v3Routes = (world: World): Route[] =>
  [
    ...[false, true].flatMap((partner) => [
      ...placeEndpoints(world, partner),
      ...queryEndpoints(world, partner),
      closeEndpoint(world, partner),
    ]),
    certificates(world),
    refundEndpoint(world),
    refundQueryEndpoint(world),
    abnormalRefundEndpoint(world),
    ...billEndpoints(world),
  ].map((endpoint) => route(world, endpoint));
