import type { Knex } from 'knex';
import { type Once, watchStatements } from 'koa-wxpay';

export const knexOnce = (knex: Knex): Once<Knex.Transaction> =>
  async function knexOnce(claim, work) {
    const { key, fingerprint, signal } = claim;
    let begun = false;
    try {
      return await knex.transaction(async (tx) => {
        await tx.raw(`set local lock_timeout = '1s'`);
        await tx.raw(`set local idle_in_transaction_session_timeout = '60s'`);
        const added = await tx('koa_wxpay_once')
          .insert({ key, fingerprint })
          .onConflict('key')
          .ignore()
          .returning('key');
        if (added.length === 0) {
          const stored = await tx('koa_wxpay_once').where({ key }).first('fingerprint');
          return stored?.fingerprint === fingerprint ? 'already' : 'conflict';
        }
        signal.throwIfAborted();
        begun = true;
        const watch = watchStatements();
        tx.on('query', watch.begin).on('query-response', watch.end).on('query-error', watch.end);
        await work(tx);
        watch.check(claim);
        await tx.raw('select 1');
        return 'ran';
      });
    } catch (error) {
      if (!begun && (signal.aborted || (error as { code?: string }).code === '55P03')) return 'busy';
      throw error;
    }
  };

/** `false`: the order is not pending any more. Throw then: nothing stays, and the next copy meets the order as it is. */
export async function markPaid(tx: Knex.Transaction, out_trade_no: string, transaction_id: string): Promise<boolean> {
  const changed = await tx('orders')
    .where({ out_trade_no, state: 'pending' })
    .update({ state: 'paid', transaction_id });
  return changed === 1;
}
