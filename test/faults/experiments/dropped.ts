import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWxpay } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import type { NoticeMerchantV2 } from 'koa-wxpay/testing';
import { type DurableStore, type ShopConfig, TITLES, TOTAL, toEnvironment } from '../config.js';
import { deliver, noticeFor } from '../driver.js';
import { type Experiment, exactly, exactlyOnce, figure, ordersNamed, type Scale } from '../experiment.js';
import { audit } from '../ledger.js';
import { withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';

const PROGRAM = new URL('../reconciler.js', import.meta.url);
const STORES: DurableStore[] = ['postgres', 'redis'];

const ORDERS: Record<Scale, number> = { short: 300, full: 1_000 };
/** Runs of reconcile after the two: a busy machine may let WeChat's answers come too late for one. */
const MOST_RUNS = 20;

/** Of ten notifications three never arrive; two processes reconcile meanwhile, and one of them is killed at it. */
export const dropped: Experiment[] = STORES.map((store) => ({
  name: `30 % of notifications dropped: ${TITLES[store]}`,
  needs: needsOf(store),
  async run(world, scale) {
    const orders = ORDERS[scale];
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
      const missed = names.filter((_, n) => n % 10 < 3);
      // They share the missed ones, so that one of the two settles a third of them: that one dies at it.
      const killer = killingFirst(missed.length / 3);
      const meanwhile = [reconciling(config, prefix, killer), reconciling(config, prefix, killer)];
      const delivered = await withServers(2, config, (servers) =>
        deliver({
          names: arriving,
          servers,
          copies: 2,
          credited: ledger.has,
          notice: (name) => noticeFor(merchant, name, payments.get(name) as string),
        }),
      );
      const killed = (await Promise.all(meanwhile)).filter((signal) => signal === 'SIGKILL').length;
      let settled = 0;
      for (let runs = 0; runs < MOST_RUNS && settled < missed.length; runs++) {
        await reconciling(config, prefix);
        const lines = await ledger.lines(prefix);
        settled = missed.filter((name) => lines.has(name)).length;
      }
      return [
        figure('orders', orders),
        figure('dropped', missed.length),
        figure('settled by reconcile', settled, exactly(missed.length)),
        figure('reconcilers killed', killed, exactly(1)),
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

/** Kills the first process that settled so many, and no other. */
function killingFirst(after: number): (child: ChildProcess, settled: number) => void {
  let killed = false;
  return (child, settled) => {
    if (killed || settled < after) return;
    killed = true;
    child.kill('SIGKILL');
  };
}

/** A process that reconciles once; what ended it. */
async function reconciling(
  config: ShopConfig,
  prefix: string,
  onSettled?: (child: ChildProcess, settled: number) => void,
): Promise<NodeJS.Signals | null> {
  const child = fork(PROGRAM, [prefix], { env: toEnvironment(config) });
  let settled = 0;
  child.on('message', () => onSettled?.(child, ++settled));
  const [, signal] = await once(child, 'exit');
  return signal;
}
