import { afterEach, expect, test } from '@jest/globals';
import { createSimulator, type Simulator, type SimulatorOptions } from 'koa-wxpay/simulator';
import { call, JSAPI, orderBody } from './v3-support.js';

const open: Simulator[] = [];
const start = async (options?: SimulatorOptions): Promise<Simulator> => {
  const sim = await createSimulator(options);
  open.push(sim);
  return sim;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((sim) => sim.close()));
});

const keysOf = ({ merchant }: Simulator) => [
  merchant.v3,
  merchant.keys.publicKey.pem,
  merchant.keys.currentCertificate().serial,
];

test('without options the keys, serials and certificates are always the same', async () => {
  const [one, two] = [await start(), await start()];
  expect(keysOf(one)).toEqual(keysOf(two));
  // What a shop has in its settings stays valid with the next version, too.
  expect(one.merchant.keys.serial_no).toBe('54BC3BC6951A28274CD33E5835DE7F994CF30895');
});

test('fresh keys are new at every start', async () => {
  const [one, two] = [await start({ fresh: true }), await start({ fresh: true })];
  expect(one.merchant.keys.serial_no).not.toBe(two.merchant.keys.serial_no);
});

test('a seed repeats keys, numbers, ids and nonces', async () => {
  const now = () => 1_800_000_000_000;
  const events = async (seed: string) => {
    const sim = await start({ seed, now });
    const { body, headers } = await call(sim, 'POST', JSAPI, orderBody(sim));
    const { transaction_id } = await sim.pay({ out_trade_no: 'SHOP00A17' });
    await sim.settled();
    const [delivery] = sim.deliveries;
    const nonce = headers['wechatpay-nonce'];
    return [
      keysOf(sim),
      body,
      headers['request-id'],
      nonce,
      transaction_id,
      delivery?.notification,
    ];
  };
  const [first, again, other] = [await events('a'), await events('a'), await events('b')];
  expect(again).toEqual(first);
  for (const [n, value] of other.entries()) expect(value).not.toEqual(first[n]);
});

test('a seed and fresh keys exclude each other', async () => {
  await expect(createSimulator({ seed: 'a', fresh: true })).rejects.toThrow('give one');
});
