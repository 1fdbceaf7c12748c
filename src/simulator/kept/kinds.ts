import type { Issued } from '../accounts/codes.js';
import type { KeptAccount } from '../accounts/global-tokens.js';
import type { KeptMerchant } from '../accounts/merchant.js';
import type { PersonOptions } from '../accounts/person.js';
import type { Delivery, Notification } from '../deliveries/notification.js';
import type { NextAttempt } from '../deliveries/notification-sender.js';
import type { LedgerOrder } from '../ledger/order.js';
import type { LedgerRefund } from '../ledger/refunds.js';

/** What a data folder keeps, by kind. */
export interface Kinds {
  /** The facts of the folder itself; there is one. */
  folder: KeptFolder;
  /** Milliseconds by which the clock is ahead; there is one. */
  clock: { offset: number };
  /** By mchid. */
  merchant: KeptMerchant;
  /** By appid. */
  account: KeptAccount;
  /** By its text. It names its person. */
  issued: KeptIssued;
  person: PersonOptions;
  order: LedgerOrder;
  /** By refund_id. It names its order. */
  refund: Omit<LedgerRefund, 'order'> & { order: string };
  /** A notification, and the attempt that follows if there is one. */
  notification: { notification: Notification; next?: NextAttempt };
  delivery: Delivery;
}

export interface KeptFolder {
  /** What the keys of merchants and of WeChat Pay are made from. */
  seed: string;
  /** How often a simulator started with the folder. */
  starts: number;
}

/** A code or a token, with the id of its person. */
export type KeptIssued = Omit<Issued, 'person'> & { person: string };

/** Where the facts of the folder and the clock are. */
export const ONLY = 'only';
