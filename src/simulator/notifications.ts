import type { Message } from './deliveries/post-office.js';
import type { LedgerOrder } from './ledger/order.js';
import { paymentMessage as paymentV2 } from './v2/notification.js';
import { paymentMessage as paymentV3 } from './v3/notification.js';
import type { World } from './world.js';

/** The notification of a paid order, in the form of the API that placed it last. */
export const paymentMessage = (world: World, order: LedgerOrder): Message =>
  order.api === 'v3' ? paymentV3(world, order) : paymentV2(world, order);
