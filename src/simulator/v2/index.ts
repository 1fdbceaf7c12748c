import type { Route } from '../http.js';
import type { World } from '../world.js';
import { downloadbill, downloadfundflow } from './bills.js';
import { closeorder } from './closeorder.js';
import { route } from './endpoint.js';
import { orderquery } from './orderquery.js';
import { refundEndpoint } from './refund.js';
import { refundquery } from './refundquery.js';
import { unifiedorder } from './unifiedorder.js';

/** API v2 of api.mch.weixin.qq.com. */
export const v2Routes = (world: World): Route[] =>
  [unifiedorder, orderquery, closeorder, refundEndpoint, refundquery, downloadbill, downloadfundflow].map((endpoint) =>
    route(world, endpoint(world)),
  );
