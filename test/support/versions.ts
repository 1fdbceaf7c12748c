import { createWxpay, type Wxpay, type WxpayOptions } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';

export type Version = 'v2' | 'v3';

/** What is tested for one version is tested for all. */
export const versions: Version[] = ['v2', 'v3'];

/** The simulator's default merchant, as a shop would configure it for that version. */
export function merchantOf(sim: Simulator, version: Version, changes: Partial<WxpayOptions> = {}): Wxpay {
  return createWxpay({
    appid: sim.app.appid,
    mchid: sim.merchant.mchid,
    notifyUrl: 'http://127.0.0.1:9/wxpay/notify',
    baseUrl: sim.url,
    now: sim.clock.now,
    ...(version === 'v2' ? { v2: { key: sim.merchant.key } } : { v3: sim.merchant.v3 }),
    ...changes,
  });
}
