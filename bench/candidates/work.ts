import type { BenchOrder } from '../inputs/order.js';
import type { NotificationV3 } from '../inputs/v3.js';

/** What a shop needs to know of a payment. */
export interface Paid {
  out_trade_no: string;
  transaction_id: string;
  total: number;
}

export type PageParams = Record<'appId' | 'timeStamp' | 'nonceStr' | 'package' | 'signType' | 'paySign', string>;

/** A request of API v3, as its signature sees it. */
export interface RequestV3 {
  path: string;
  body: string;
}

/** What one package, or one hand-written limit, does of API v2. */
export interface WorkV2 {
  name: string;
  /** Verifies and reads a payment notification; throws for what it refuses. */
  readNotification(body: Buffer): Paid | Promise<Paid>;
  /** The signed XML that places an order. */
  buildOrder(order: BenchOrder): string;
  pageParams(prepay_id: string): PageParams;
}

/** The same of API v3. */
export interface WorkV3 {
  name: string;
  readNotification(notification: NotificationV3): Paid | Promise<Paid>;
  /** The `Authorization` header of a request. */
  authorization(request: RequestV3): string | Promise<string>;
  pageParams(prepay_id: string): PageParams;
}
