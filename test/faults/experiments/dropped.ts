import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWxpay } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import type { NoticeMerchantV2 } from 'koa-wxpay/testing';
import { type DurableStore, type ShopConfig, TITLES, TOTAL, toEnvironment } from '../config.js';
import { deliver, noticeFor } from '../driver.js';
import { atLeast, type Experiment, exactly, exactlyOnce, figure, ordersNamed } from '../experiment.js';
import { audit } from '../ledger.js';
import { withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';

const PROGRAM = new URL('../reconciler.js', import.meta.url);
const STORES: DurableStore[] = ['postgres', 'redis'];

/** Of ten notifications three never arrive; two processes reconcile meanwhile, and one of them is killed at it. */
export const dropped: Experiment[] = STORES.map((store) => ({
  name: `30 % of notifications dropped: ${TITLES[store]}`,
  needs: needsOf(store),
  async run(world, { long }) {
    const orders = long ? 5_000 : 1_000;
    const prefix = `DROP-${store}-`;
    const names = ordersNamed(prefix, orders);
    const ledger = await world.ledger(store);
    await ledger.place(names);
    const sim = await createSimulator();
    try {
      const merchant = { appid: sim.app.appid, mchid: sim.merchant.mchid, key: sim.merchant.key };
      const payments = await pay(sim, merchant, names);
      const config = await world.config(store, { merchant, baseUrl: sim.url });
      const arriving = names.filter((_, n) => n % 10 >= 3);
      const first = reconciling(config, prefix);
      const second = reconciling(config, prefix, { killedAfter: 50 });
      const delivered = await withServers(2, config, (servers) =>
        deliver({
          names: arriving,
          servers,
          copies: 2,
          credited: ledger.has,
          notice: (name) => noticeFor(merchant, name, payments.get(name) as string),
        }),
      );
      const settled = [await first, await second, await reconciling(config, prefix)];
      return [
        figure('orders', orders),
        figure('dropped', orders - arriving.length),
        figure(
          'settled by reconcile',
          settled.reduce((all, { count }) => all + count, 0),
          atLeast(orders - arriving.length),
        ),
        figure('reconcilers killed', settled.filter(({ killed }) => killed).length, exactly(1)),
        ...exactlyOnce(await audit(ledger, prefix, names), delivered),
      ];
    } finally {
      await sim.close();
    }
  },
}));

/** Places and pays each order at the simulator, which tells nobody; the numbers of the payments. */
async function pay(sim: Simulator, merchant: NoticeMerchantV2, names: string[]): Promise<Map<string, string>> {
  sim.switches.notification = 'never';
  const { appid, mchid, key } = merchant;
  const wxpay = createWxpay({ appid, mchid, notifyUrl: 'http://127.0.0.1:9/', baseUrl: sim.url, v2: { key } });
  const openid = sim.people[0]?.openid(appid) as string;
  const payments = new Map<string, string>();
  for (const out_trade_no of names) {
    await wxpay.prepay({ out_trade_no, description: 'tea', amount: { total: TOTAL } }, { openid });
    const { transaction_id } = await sim.pay({ out_trade_no });
    payments.set(out_trade_no, transaction_id as string);
  }
  return payments;
}

async function reconciling(
  config: ShopConfig,
  prefix: string,
  { killedAfter = Number.POSITIVE_INFINITY } = {},
): Promise<{ count: number; killed: boolean }> {
  const child = fork(PROGRAM, [prefix], { env: toEnvironment(config) });
  let count = 0;
  child.on('message', () => {
    if (++count === killedAfter) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'exit');
  return { count, killed: signal === 'SIGKILL' };
}
