import type { Once } from 'koa-wxpay';

const MOST_COPIES = 100;

/**
 * Sends further copies while the answer is busy, as WeChat does: on a machine that has much to do, a connection may take longer
 * than the second for which a copy waits.
 */
export const redelivering =
  <Tx>(once: Once<Tx>): Once<Tx> =>
  async (claim, work) => {
    for (let copy = 1; ; copy++) {
      const outcome = await once(claim, work);
      if (outcome !== 'busy' || copy === MOST_COPIES) return outcome;
    }
  };
