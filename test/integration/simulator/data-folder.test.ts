import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator, type SimulatorOptions } from 'koa-wxpay/simulator';
import sqlite from 'node-sqlite3-wasm';
import { merchantOf } from '../../support/versions.js';
import { createShop, type Shop } from './support.js';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

let folder: string;
let shop: Shop;
let running: Simulator | undefined;
let real = NOW;
beforeEach(async () => {
  real = NOW;
  folder = mkdtempSync(join(tmpdir(), 'simulator-data-'));
  shop = await createShop((res) => res.writeHead(204).end());
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await shop.close();
  rmSync(folder, { recursive: true });
});

/** Starts a simulator on the folder, after the one before has ended. */
async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  await running?.close();
  running = await createSimulator({ data: folder, now: () => real, ...options });
  return running;
}

const ORDER = { description: '一杯茶', amount: { total: 1990 } };

async function buy(sim: Simulator, out_trade_no: string): Promise<void> {
  const openid = sim.people[0]?.openid(sim.app.appid) as string;
  const wxpay = merchantOf(sim, 'v3', { notifyUrl: shop.url });
  await wxpay.prepay({ ...ORDER, out_trade_no }, { openid });
  await sim.pay({ out_trade_no });
  await sim.settled();
}

describe('over a restart', () => {
  test('orders, payments and refunds stay, and the shop goes on with the keys it has', async () => {
    const before = await start();
    const shopBefore = merchantOf(before, 'v3', { notifyUrl: shop.url });
    await buy(before, 'SHOP00A17');
    const refund = { out_trade_no: 'SHOP00A17', out_refund_no: 'REFUND01' };
    await shopBefore.refund({ ...refund, amount: { refund: 90, total: 1990 } });
    const { url, order, refunds, deliveries } = before;
    const known = [order('SHOP00A17'), refunds, deliveries];
    const sim = await start({ port: Number(new URL(url).port) });
    expect([sim.order('SHOP00A17'), sim.refunds, sim.deliveries]).toEqual(known);
    // The client of before: its keys and addresses are those of now.
    expect(await shopBefore.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({
      trade_state: 'REFUND',
    });
    await sim.clock.advance(5000);
    expect(await shopBefore.queryRefund('REFUND01')).toMatchObject({ status: 'SUCCESS' });
  });

  test('prepay_ids, QR codes and pages of H5 orders can still be paid', async () => {
    const before = await start();
    const wxpay = merchantOf(before, 'v3', { notifyUrl: shop.url });
    const { code_url } = await wxpay.native({ ...ORDER, out_trade_no: 'NATIVE01' });
    const openid = before.people[0]?.openid(before.app.appid) as string;
    const prepay_id = await wxpay.prepay({ ...ORDER, out_trade_no: 'JSAPI001' }, { openid });
    const sim = await start();
    const ok = { err_msg: 'get_brand_wcpay_request:ok' };
    expect(await sim.pay({ url: code_url })).toMatchObject(ok);
    expect(await sim.pay({ prepay_id })).toMatchObject(ok);
  });

  test('retries go on where they were, and nothing is sent twice that was acknowledged', async () => {
    shop.answer = (res) => res.writeHead(500).end();
    const before = await start();
    await buy(before, 'SHOP00A17');
    await before.clock.advance(15_000);
    expect(before.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const sim = await start();
    shop.answer = (res) => res.writeHead(204).end();
    await sim.clock.advance(DAY);
    expect(sim.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    const ids = shop.received.map(({ body }) => JSON.parse(body.toString()).id);
    expect(new Set(ids).size).toBe(1);
    const again = await start();
    await again.clock.advance(DAY);
    expect(again.deliveries).toHaveLength(3);
  });

  test('a retry that fell due while nothing ran is made at once', async () => {
    shop.answer = (res) => res.writeHead(500).end();
    await buy(await start(), 'SHOP00A17');
    await running?.close();
    real += 3 * DAY;
    const sim = await start();
    await sim.clock.advance(0);
    expect(sim.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test('the clock stays moved, unless another time is given', async () => {
    const before = await start();
    await before.clock.advance(30 * DAY);
    expect((await start()).clock.now()).toBe(NOW + 30 * DAY);
    expect((await start({ clock: NOW - DAY })).clock.now()).toBe(NOW - DAY);
    expect((await start()).clock.now()).toBe(NOW - DAY);
  });

  test('keys, modes and rotated certificates stay', async () => {
    const before = await start({ fresh: true });
    before.merchant.platform = 'mixed';
    before.merchant.apiV3Key = 'f'.repeat(32);
    before.rotate({ ahead: DAY });
    const { v3, keys, platform } = before.merchant;
    const serials = keys.platformCertificates().map(({ serial, pem }) => [serial, pem]);
    const { merchant } = await start();
    expect([merchant.v3, merchant.platform]).toEqual([v3, platform]);
    const kept = merchant.keys.platformCertificates().map(({ serial, pem }) => [serial, pem]);
    expect(kept).toEqual(serials);
  });

  test('people, balances and logins stay', async () => {
    const before = await start({ people: [{ id: 'lili', balance: 2000 }] });
    const code = before.code();
    const { appid, secret } = before.app;
    const exchange = async (url: string) => {
      const query = { appid, secret, code, grant_type: 'authorization_code' };
      const path = `/sns/oauth2/access_token?${new URLSearchParams(query)}`;
      return (await fetch(url + path)).json() as Promise<Record<string, unknown>>;
    };
    const { access_token, openid } = await exchange(before.url);
    await buy(before, 'SHOP00A17');
    const sim = await start({ people: [{ id: 'lili', balance: 2000 }] });
    expect(sim.people[0]).toMatchObject({ id: 'lili', balance: 10 });
    expect(await exchange(sim.url)).toMatchObject({ errcode: 40163 });
    const query = new URLSearchParams({ access_token, openid } as Record<string, string>);
    expect(await (await fetch(`${sim.url}/sns/auth?${query}`)).json()).toMatchObject({
      errcode: 0,
    });
  });

  test('what was forgotten on request stays forgotten', async () => {
    const before = await start();
    await buy(before, 'SHOP00A17');
    const headers = { 'content-type': 'application/json' };
    await fetch(`${before.url}/__sim/reset`, { method: 'POST', headers, body: '{"data":true}' });
    const sim = await start();
    expect([sim.order('SHOP00A17'), sim.deliveries]).toEqual([undefined, []]);
  });
});

describe('a data folder that cannot be used is named, with what to do', () => {
  const file = () => join(folder, 'simulator.sqlite');

  test.each([
    [
      'of a newer version',
      'pragma user_version = 99',
      'is of version 99, and this simulator reads',
    ],
    ['of another program', 'pragma application_id = 1', 'is not a file of the simulator'],
  ])('one %s', async (_, sql, error) => {
    await start();
    await running?.close();
    running = undefined;
    const database = new sqlite.Database(file());
    database.exec(sql);
    database.close();
    await expect(start()).rejects.toThrow(error);
  });

  test('one that is no database', async () => {
    writeFileSync(file(), 'not a database, but long enough to have a header of its own'.repeat(9));
    await expect(start()).rejects.toThrow(/simulator.sqlite cannot be read .*: delete it/);
  });

  test('one that another simulator uses', async () => {
    await start();
    await expect(createSimulator({ data: folder })).rejects.toThrow(
      `the folder is in use by the process ${process.pid}`,
    );
  });

  test('one that was left by a process that was killed is taken over', async () => {
    // No process has this number: it is larger than any that Linux gives.
    writeFileSync(join(folder, 'simulator.pid'), '4194305\n');
    mkdirSync(`${file()}.lock`);
    await start();
    expect(readFileSync(join(folder, 'simulator.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  test('a path that is no folder', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(createSimulator({ data: join(folder, 'file') })).rejects.toThrow(
      'the data folder cannot be made: ',
    );
  });

  test('one with another seed', async () => {
    await start({ seed: 'one' });
    await expect(start({ seed: 'two' })).rejects.toThrow('made with another seed');
    running = undefined;
  });

  test('one with orders of a merchant that is gone', async () => {
    await buy(await start(), 'SHOP00A17');
    await expect(start({ merchant: { mchid: '1900000110' } })).rejects.toThrow(
      'the data folder has orders of merchant 1900000109, who is not configured',
    );
    running = undefined;
  });
});
