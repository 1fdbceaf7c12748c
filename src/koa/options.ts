import type { Context } from 'koa';
import { type ChainSettlement, createChainSettlement } from '../settlement/chain.js';
import { createSettlement } from '../settlement/settle.js';
import type { NoticeOptions, Settlement, SettlementOptions } from '../settlement/types.js';

/**
 * One of three: what settling takes where the handler stands in the chain after `wxNotify`, the same with `fulfil`, or what
 * `createSettlement` returned.
 */
export type WxNotifyOptions<Tx> = NoticeOptions<Tx, Context> | SettlementOptions<Tx, Context> | Settlement;

/** Who runs the effect: `fulfil` of a settlement, or the handler in the chain after `wxNotify`. */
export type Settling<Tx> = { by: 'fulfil'; settlement: Settlement } | { by: 'chain'; settlement: ChainSettlement<Tx> };

/** @throws {TypeError} naming the option that is wrong, in quotes, and what would be right */
export function resolveNotify<Tx>(options: WxNotifyOptions<Tx>): Settling<Tx> {
  if (Array.isArray(options)) {
    throw new TypeError(
      'wxNotify takes the options of one merchant: mount one per merchant, each on a path of its own',
    );
  }
  if (isSettlement(options)) return { by: 'fulfil', settlement: options };
  if ((options as Partial<SettlementOptions<Tx, Context>> | undefined)?.fulfil) {
    return { by: 'fulfil', settlement: createSettlement<Tx, Context>(options as SettlementOptions<Tx, Context>) };
  }
  return { by: 'chain', settlement: createChainSettlement('wxNotify', options as NoticeOptions<Tx, never>) };
}

const isSettlement = (options: unknown): options is Settlement =>
  typeof (options as Partial<Settlement> | null | undefined)?.settle === 'function';
