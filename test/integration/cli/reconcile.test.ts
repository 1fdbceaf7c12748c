import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { progressBar } from '../../../src/cli/output/progress-bar.js';
import { run } from '../../support/cli.js';
import { order } from '../../support/shop.js';
import { merchantOf } from '../../support/versions.js';

const dist = resolve('dist');
let folder: string;
let sim: Simulator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-reconcile-'));
  sim = await createSimulator();
  sim.switches.notification = 'never';
  const wxpay = merchantOf(sim, 'v2');
  const openid = sim.people[0]?.openid(sim.app.appid) as string;
  for (const out_trade_no of ['PAID0001', 'UNPAID01']) await wxpay.prepay(order({ out_trade_no }), { openid });
  await sim.pay({ out_trade_no: 'PAID0001' });
  await sim.clock.advance(90_000);
});
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The shop's module: its orders in memory, one of them known to nobody. */
const shop = (numbers: string[], extra = ''): string => {
  const file = join(folder, `shop-${numbers.length}.js`);
  writeFileSync(
    file,
    `import { createSettlement, createWxpay, memoryOnce } from ${JSON.stringify(join(dist, 'index.js'))};
const now = () => ${sim.clock.now()};
const wxpay = createWxpay({ appid: '${sim.app.appid}', mchid: '${sim.merchant.mchid}', notifyUrl: 'http://127.0.0.1:9/n', baseUrl: '${sim.url}', now, v2: { key: '${sim.merchant.key}' } });
const order = (out_trade_no) => ({ out_trade_no, description: '明前龙井', amount: { total: 1990 } });
export default {
  settlement: createSettlement({ wxpay, findOrder: async (n) => order(n), once: memoryOnce(), fulfil: async ({ payment }) => console.log('credited', payment.out_trade_no) }),
  async *pending() { for (const n of ${JSON.stringify(numbers)}) yield { order: order(n), prepaidAt: now() - 90_000 }; },
  onClosed() {},
  total: () => ${numbers.length},
  end: () => console.log('ended'),
  ${extra}
};\n`,
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return file;
};

const cli = (...args: string[]) => run('reconcile', ...args);

describe('koa-wxpay reconcile', () => {
  test('settles what was paid, says how it stands, and ends', async () => {
    const { code, stdout, stderr } = await cli(shop(['PAID0001', 'UNPAID01']));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^credited PAID0001\n1 settled, 1 pending \(next time: --since \d{13}\)\nended\n$/);
  });
  test('--json prints the counts, for scripts', async () => {
    const { stdout } = await cli(shop(['PAID0001', 'UNPAID01']), '--json');
    const { complete, pending } = JSON.parse(/^{.*}$/m.exec(stdout)?.[0] as string);
    expect({ complete, pending }).toEqual({ complete: true, pending: 1 });
  });
  test('an order that fails is named, and the exit code is 1', async () => {
    sim.switches.next({ api: { '/pay/orderquery': { systemError: true } } });
    const { code, stdout, stderr } = await cli(shop(['UNPAID01']));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^UNPAID01: WeChat refused/);
    expect(stdout).toContain('1 failed');
  });
  test.each(['SIGINT', 'SIGTERM'])('%s lets it finish what it is at, and say so', async (signal) => {
    const told = `concurrency: 1, onProgress: ({ seen }) => seen === 1 && process.kill(process.pid, '${signal}'),`;
    const { code, stdout } = await cli(shop(Array(10).fill('UNPAID01'), told));
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^\d pending; ended early: it was stopped\nended\n$/)]);
  });
  test('--since asks only for what fell due since then', async () => {
    const { stdout } = await cli(shop(['PAID0001', 'UNPAID01']), '--since', String(sim.clock.now()));
    expect(stdout).toContain('2 not due');
  });
  test.each([
    [[], "missing required argument 'module'"],
    [['a.js', 'b.js'], 'too many arguments'],
    [['nowhere.js'], 'there is no nowhere.js'],
    [['jest.config.js'], 'must hold "settlement", "pending" and "onClosed"'],
    [['a.js', '--since', 'yesterday'], '--since must be the number the run before printed'],
    [['a.js', '--sinse', '1'], "unknown option '--sinse' (did you mean --since?)"],
  ])('%j is one line for a person and exit code 2', async (args, sentence) => {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^koa-wxpay: .*\n$/);
  });
  test.each([
    ['imports what is not installed', `import 'not-installed';`, "Cannot find package 'not-installed'"],
    ['cannot be read', 'export default {', 'Unexpected end of input'],
  ])('a module that %s is named, with what is wrong with it', async (_, source, reason) => {
    const file = join(mkdtempSync(join(tmpdir(), 'module-')), 'shop.mjs');
    writeFileSync(file, source);
    const { code, stderr } = await cli(file);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`cannot load ${file}: ${reason}`)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('the progress bar', () => {
  const drawn = (isTTY: boolean, total?: number) => {
    const out = Object.assign(new PassThrough(), { isTTY });
    const bar = progressBar(out, total);
    bar.show(5, 'settled');
    bar.line('SHOP1: broken');
    bar.end();
    return String(out.read());
  };
  test('is drawn over itself on a terminal, with lines above it', () => {
    const bar = `[${'█'.repeat(15)}${'░'.repeat(15)}] 5/10 settled`;
    expect(drawn(true, 10)).toBe(`\r\u001b[K${bar}\r\u001b[KSHOP1: broken\n\r\u001b[K${bar}\r\u001b[K`);
  });
  test('without a total says how many', () => expect(drawn(true)).toContain('5 settled'));
  test('on anything else only the lines are written', () => expect(drawn(false, 10)).toBe('SHOP1: broken\n'));
});
