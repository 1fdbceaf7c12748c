import type { z } from 'zod';
import type { overview } from './overview.js';
import type { app, merchant, person } from './parties.js';
import type { scenario, scenarioList } from './scenarios.js';
import type { deliveryDetail, deliverySummary } from './views/delivery.js';
import type { history, order, refund } from './views/order.js';
import type { requestDetail, requestSummary } from './views/request.js';

/** The JSON of the interface under `/__sim`, for the command line and the page, which use nothing else of the simulator. */
export type OrderJson = z.infer<typeof order>;
export type StepJson = z.infer<typeof history>[number];
export type RefundJson = z.infer<typeof refund>;
export type RequestJson = z.infer<typeof requestSummary>;
export type RequestDetailJson = z.infer<typeof requestDetail>;
export type DeliveryJson = z.infer<typeof deliverySummary>;
export type DeliveryDetailJson = z.infer<typeof deliveryDetail>;
export type ScenarioJson = z.infer<typeof scenario>;
export type ScenarioListJson = z.infer<typeof scenarioList>;
export type MerchantJson = z.infer<typeof merchant>;
export type AppJson = z.infer<typeof app>;
export type PersonJson = z.infer<typeof person>;
export type OverviewJson = z.infer<typeof overview>;

/** An order and everything that concerns it. */
export interface WholeOrderJson {
  order: OrderJson;
  history: StepJson[];
  refunds: RefundJson[];
  requests: RequestJson[];
  deliveries: DeliveryJson[];
}

/** One page of a list, newest first. */
export interface PageJson<Item> {
  items: Item[];
  /** The `cursor` of the next page; null on the last one. */
  next: string | null;
}

/** What is paid, and what the page is told. */
export interface PaidJson {
  err_msg: string;
  err_desc?: string;
  transaction_id?: string;
  order?: OrderJson;
}

/** The clock. Times are Unix milliseconds. */
export interface ClockJson {
  now: number;
  beijing: string;
  real: number;
  offset: number;
}
