import type { Context } from 'koa';
import { createSettlement } from '../settlement/settle.js';
import type { FindOrder as FindOrderIn, Settlement, SettlementOptions } from '../settlement/types.js';

export type FindOrder = FindOrderIn<Context>;

/** The options of a settlement, or what `createSettlement` returned for them. */
export type WxNotifyOptions<Tx> = SettlementOptions<Tx, Context> | Settlement<Tx, Context>;

export const isSettlement = <Tx>(options: WxNotifyOptions<Tx>): options is Settlement<Tx, Context> =>
  typeof (options as Partial<Settlement>)?.settle === 'function';

export function resolveNotify<Tx>(options: WxNotifyOptions<Tx>): Settlement<Tx, Context> {
  if (Array.isArray(options)) {
    throw new TypeError(
      'wxNotify takes the options of one merchant: mount one per merchant, each on a path of its own',
    );
  }
  return isSettlement(options) ? options : createSettlement<Tx, Context>(options);
}
