import type { OrderJson } from '../../simulator/control/json-types.js';

/** What leads to the cashier of an order. Only the answer to its placing has it. */
export interface WaysToPay {
  prepay_id: string;
  code_url?: string;
  h5_url?: string;
  jsapi?: Record<string, string>;
  app?: Record<string, string>;
}

const known = new Map<string, WaysToPay>();

const keyOf = ({ mchid, out_trade_no }: Pick<OrderJson, 'mchid' | 'out_trade_no'>): string =>
  `${mchid} ${out_trade_no}`;

/** Keeps what leads to the cashier until the page is left. */
export const rememberWays = (order: OrderJson, ways: WaysToPay): void => void known.set(keyOf(order), ways);

export const waysOf = (order: OrderJson): WaysToPay | undefined => known.get(keyOf(order));
