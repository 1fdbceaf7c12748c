import { z } from 'zod';
import { setting, text, toggle, type ValuesOf } from './field.js';

/** What can be wrong with bills. */
export const BILL_SETTINGS = {
  /**
   * Fills the trade bill of every day with this many invented payments; 0 lists the real ones.
   *
   * @default 0
   */
  rows: setting(
    z.int().min(0).max(10_000_000),
    text('Trade bill', '交易账单'),
    [0, text('what happened', '真实交易')],
    [1000, text('1 000 invented rows', '虚构 1 000 笔')],
    [1_000_000, text('1 000 000 invented rows', '虚构 1 000 000 笔')],
  ),
  /**
   * Announces the hash of another file in API v3.
   *
   * @default false
   */
  wrongHash: toggle(false, 'Wrong hash', '哈希值错误'),
};

/** What can be wrong with bills. */
export type BillSwitches = ValuesOf<typeof BILL_SETTINGS>;
