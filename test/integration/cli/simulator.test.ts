import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { type Running, run, start } from '../../support/cli.js';
import { createShop, type Shop } from '../simulator/support.js';
import { call, JSAPI, orderBody } from '../simulator/v3-support.js';

let sim: Simulator;
let shop: Shop;
let count = 0;
const running: Running[] = [];

beforeAll(async () => {
  sim = await createSimulator();
  shop = await createShop((res) => res.writeHead(204).end());
});
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  sim.switches.clear();
  await sim.clock.reset?.();
});
afterAll(async () => {
  await sim.close();
  await shop.close();
});

const url = (): string[] => ['--url', sim.url];

/** An order of the shop, placed over API v3. */
async function placed(): Promise<string> {
  const out_trade_no = `CLI${String(++count).padStart(5, '0')}`;
  await call(sim, 'POST', JSAPI, { ...orderBody(sim, { out_trade_no }), notify_url: shop.url });
  return out_trade_no;
}

const json = async (...args: string[]) => {
  const { stdout, stderr } = await run(...args, ...url(), '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
};

describe('an order', () => {
  test('is listed, paid, refunded in part, and shown with its life', async () => {
    const number = await placed();
    expect((await run('orders', ...url())).stdout).toMatch(new RegExp(`${number} +¥19.90 +NOTPAY +v3 JSAPI`));
    const paid = await run('pay', number, '--coupon', '100', ...url());
    expect([paid.code, paid.stdout]).toEqual([0, expect.stringMatching(`^paid ${number} {2}4200\\d{24}\\n$`)]);
    expect((await run('refund', number, '--amount', '500', ...url())).stdout).toMatch(`refunded ¥5.00 of ${number}`);
    await sim.settled();
    const { stdout } = await run('orders', number, ...url());
    expect(stdout).toContain('REFUND (¥5.00 of ¥19.90)');
    for (const step of ['placed', 'paid', 'refund accepted', 'refund succeeded', 'acknowledged', `POST ${JSAPI}`]) {
      expect(stdout).toContain(step);
    }
    const whole = await json('orders', number);
    expect(whole).toMatchObject({ order: { out_trade_no: number, refunded: 500 }, refunds: [{ refund: 500 }] });
  });

  test('is found by its state and by a text', async () => {
    const number = await placed();
    const { items } = await json('orders', '--state', 'NOTPAY', '--search', number);
    expect(items.map(({ out_trade_no }: { out_trade_no: string }) => out_trade_no)).toEqual([number]);
  });

  test('is closed, and a closed one cannot be paid', async () => {
    const number = await placed();
    expect((await run('close', number, ...url())).stdout).toBe(`${number} is CLOSED\n`);
    const { code, stdout } = await run('pay', number, ...url());
    expect([code, stdout]).toEqual([1, expect.stringContaining('not paid: ')]);
  });

  test('stays unpaid when the person types a wrong password', async () => {
    const number = await placed();
    expect((await run('pay', number, '--outcome', 'password', ...url())).code).toBe(1);
    expect(sim.order(number)?.trade_state).toBe('NOTPAY');
  });

  test('of a QR code is paid by its address', async () => {
    const body = { ...orderBody(sim, { out_trade_no: `CLI${++count}NATIVE` }), payer: undefined };
    const { body: answer } = await call(sim, 'POST', '/v3/pay/transactions/native', body);
    expect((await run('pay', String(answer?.code_url), ...url())).code).toBe(0);
  });
});

describe('logs and deliveries', () => {
  test('list what happened, and filter by order', async () => {
    const number = await placed();
    await run('pay', number, ...url());
    await sim.settled();
    const logs = await run('logs', '--order', number, ...url());
    expect(logs.stdout).toMatch(/r\d+ +200 +\d+ ms +POST \/v3\/pay\/transactions\/jsapi/);
    const deliveries = await run('deliveries', '--order', number, ...url());
    expect(deliveries.stdout).toMatch(/d\d+ +acknowledged +v3.payment .* attempt 1 +204 \d+ ms/);
  });

  test('open to headers, bodies, strings to sign and the decrypted content, without a key', async () => {
    const number = await placed();
    await run('pay', number, ...url());
    await sim.settled();
    const [{ id: request }] = (await json('logs', '--order', number)).items;
    const opened = await run('logs', request, ...url());
    for (const text of ['Authorization: WECHATPAY2', 'String to sign', `POST\\n`, 'Answer 200', '"prepay_id"']) {
      expect(opened.stdout.toLowerCase()).toContain(text.toLowerCase());
    }
    const [{ id: delivery }] = (await json('deliveries', '--order', number)).items;
    const { stdout } = await run('deliveries', delivery, ...url());
    for (const text of [
      'Wechatpay-Signature',
      'String to sign',
      'Decrypted',
      '"trade_state":"SUCCESS"',
      'Your answer 204',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).not.toContain(sim.merchant.apiV3Key);
  });

  test('--follow prints what comes, as JSON lines too, and goes on after the connection was lost', async () => {
    const logs = start(['logs', '--follow', ...url()]);
    const deliveries = start(['deliveries', '--follow', '--json', ...url()]);
    running.push(logs, deliveries);
    const first = await placed();
    await logs.printed(first);
    await sim.pay({ out_trade_no: first });
    await deliveries.printed(`"out_trade_no":"${first}"`);
    await sim.primary.stop();
    await sim.primary.start();
    // The first attempt may still take a pooled connection of this process that died with the listener.
    const second = await placed().catch(placed);
    await logs.printed(second);
    expect(logs.seen.stderr).toContain('does not answer, trying again');
    logs.child.kill('SIGINT');
    expect(await logs.ended).toMatchObject({ code: 0 });
    const lines = deliveries.seen.stdout.trim().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('attempt');
    expect(lines.filter((line) => line.includes(first))).toHaveLength(1);
  });

  test('a notification is sent again, by its id and by the number of its order', async () => {
    const number = await placed();
    await run('pay', number, ...url());
    await sim.settled();
    const [{ id }] = (await json('deliveries', '--order', number)).items;
    const before = shop.received.length;
    expect(await run('resend', id, ...url())).toMatchObject({ code: 0 });
    expect(await run('resend', number, ...url())).toMatchObject({ code: 0 });
    expect(shop.received.length).toBe(before + 2);
    shop.answer = (res) => res.writeHead(500).end('no');
    const refused = await run('resend', id, ...url());
    shop.answer = (res) => res.writeHead(204).end();
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('only 200 and 204 acknowledge')]);
  });

  test('explain says why a request was refused, and that a notification is right', async () => {
    const wrong = orderBody(sim, { out_trade_no: `CLI${++count}WRONG` });
    await call(sim, 'POST', JSAPI, wrong, { sent: JSON.stringify(wrong, null, 4) });
    const [{ id }] = (await json('logs', '--limit', '1')).items;
    const { code, stdout } = await run('explain', id, ...url());
    expect([code, stdout]).toEqual([1, expect.stringContaining('the body was written twice')]);
    const number = await placed();
    await run('pay', number, ...url());
    await sim.settled();
    const [{ id: delivery }] = (await json('deliveries', '--order', number)).items;
    expect((await run('explain', delivery, ...url())).stdout).toContain('v3 notification: the signature is right');
  });
});

describe('scenarios, the clock and the keys', () => {
  test('scenarios are listed, turned on, once and for a path, and off', async () => {
    expect((await run('scenario', 'list', 'notify', ...url())).stdout).toMatch(/^notify\.duplicate +Copies/m);
    expect((await run('scenario', 'on', 'notify.duplicate', '3', ...url())).stdout).toMatch(
      /notify\.duplicate +Copies +3/,
    );
    expect(sim.switches.notify).toEqual({ duplicate: 3 });
    await run('scenario', 'on', 'notify.lost', '--once', ...url());
    await run('scenario', 'on', 'api.systemError', '--path', JSAPI, ...url());
    const { stdout } = await run('scenario', 'list', '--on', ...url());
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/notify\.lost .* true once/);
    expect(stdout).toContain(`true for ${JSAPI}`);
    await run('scenario', 'off', 'notify.duplicate', ...url());
    expect((await json('scenario', 'list', '--on')).map(({ name }: { name: string }) => name)).not.toContain(
      'notify.duplicate',
    );
    expect((await run('scenario', 'off', ...url())).stdout).toBe('everything is off\n');
    expect((await run('scenario', 'list', '--on', ...url())).stdout).toBe('nothing is on\n');
  });

  test('the clock is shown, advanced, set and reset', async () => {
    const before = sim.clock.now();
    expect((await run('clock', 'advance', '3h', ...url())).stdout).toMatch(
      /\+08:00 {2}\(3 h( \d+ s)? ahead of the real time\)\n$/,
    );
    expect(sim.clock.now() - before).toBeGreaterThanOrEqual(3 * 3_600_000);
    expect(await json('clock', 'set', '2036-11-28T09:30')).toMatchObject({
      beijing: expect.stringContaining('2036-11-28T09:30'),
    });
    expect((await run('clock', 'reset', ...url())).stdout).toMatch(/\+08:00\n$/);
    expect((await run('clock', ...url())).code).toBe(0);
  });

  test('a certificate is rotated', async () => {
    const before = sim.merchant.keys.platformCertificates().length;
    const { serial, certificates } = await json('rotate', '--overlap', '1h');
    expect(certificates.at(-1)).toMatchObject({ serial });
    expect(sim.merchant.keys.platformCertificates().length).toBe(before + 1);
  });
});

describe('a wrong use, and a simulator that does not answer, are one line', () => {
  test.each<[args: string[], code: number, sentence: string]>([
    [['orders', 'NOSUCH01'], 1, 'there is no order NOSUCH01'],
    [['pay', 'x', '--outcome', 'maybe'], 2, "argument 'maybe' is invalid"],
    [['pay', 'x', '--coupon', '-1'], 2, '--coupon must be a whole number, at least 1, not "-1"'],
    [['refund', 'NOSUCH01'], 1, 'there is no order NOSUCH01'],
    [['close', 'NOSUCH01'], 1, 'there is no order NOSUCH01'],
    [['logs', 'r99999'], 1, 'there is no request r99999'],
    [['logs', '--limit', '1000'], 2, '--limit must be a whole number, 1 to 500, not "1000"'],
    [['resend', 'd99999'], 1, 'there is no delivery d99999'],
    [['explain', 'r99999'], 1, 'there is no request r99999'],
    [['scenario', 'on', 'notify.lots'], 1, 'did you mean "notify.lost"?'],
    [['scenario', 'on', 'notify.duplicate', 'many'], 2, 'notify.duplicate'],
    [
      ['scenario', 'list', 'notfy'],
      2,
      '"notfy" is neither list, on nor off, nor a group of scenarios: there are oauth',
    ],
    [['scenario', 'onn'], 2, '"onn" is neither list, on nor off'],
    [['clock', 'advance', 'soon'], 2, 'a duration must be like 15s, 3h or 1d2h'],
    [['clock', 'set', 'noon'], 2, 'a time must be like'],
    [['rotate', '--overlap', 'long'], 2, '--overlap must be a duration such as 15s'],
    [['rotate', '--mchid', '1'], 1, 'there is no merchant 1'],
  ])('%j', async (args, code, sentence) => {
    const ended = await run(...args, ...url());
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([code, '', expect.stringContaining(sentence)]);
    expect(ended.stderr).toMatch(/^koa-wxpay: .*\n$/);
  });

  test('nothing listens there', async () => {
    for (const args of [['orders'], ['logs', '--follow'], ['pay', 'x'], ['explain', 'r1']]) {
      const { code, stderr } = await run(...args, '--url', 'http://127.0.0.1:9');
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^koa-wxpay: http:\/\/127\.0\.0\.1:9 does not answer: start a simulator .*\n$/),
      ]);
    }
  });

  test('what listens there is something else', async () => {
    const server = createServer((_req, res) => res.end('<html>'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await run('orders', '--url', address);
    server.close();
    expect([code, stderr]).toEqual([1, `koa-wxpay: ${address} is not a simulator: it answers 200 and no JSON\n`]);
  });

  test('the address may come from the environment', async () => {
    const { code } = await start(['clock'], { env: { WXSIM_URL: `${sim.url}/` } }).ended;
    expect(code).toBe(0);
  });
});

describe('notifications without a simulator that runs', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-trigger-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test.each([
    ['payment.success', 'v3', 'TRANSACTION.SUCCESS', '"total":1990'],
    ['refund.success', 'v3', 'REFUND.SUCCESS', '"refund_status":"SUCCESS"'],
    ['refund.closed', 'v3', 'REFUND.CLOSED', '"refund_status":"CLOSED"'],
    ['refund.abnormal', 'v3', 'REFUND.ABNORMAL', '"refund_status":"ABNORMAL"'],
    ['payment.success', 'v2', '<total_fee>1990</total_fee>', ''],
    ['refund.success', 'v2', '<req_info>', '<refund_status>'],
  ])('%s of API %s is signed and sent', async (event, api, inBody, inContent) => {
    shop.answer = (res) =>
      api === 'v2' ? res.end('<xml><return_code>SUCCESS</return_code></xml>') : res.writeHead(204).end();
    const before = shop.received.length;
    const args = ['--order', 'SHOP0001', '--amount', '1990', '--api', api, '--to', shop.url, '--json'];
    const { code, stdout, stderr } = await run('trigger', event, ...args);
    shop.answer = (res) => res.writeHead(204).end();
    expect([code, stderr]).toEqual([0, '']);
    const [sent] = JSON.parse(stdout);
    expect(sent).toMatchObject({ out_trade_no: 'SHOP0001', acknowledged: true });
    expect(shop.received.length).toBe(before + 1);
    expect(shop.received.at(-1)?.body.toString()).toContain(inBody);
    expect(`${sent.decrypted}${sent.body.text}`).toContain(inContent);
  });

  test('one that is wrong is refused by the shop, and the exit code says so', async () => {
    shop.answer = (res) => res.writeHead(401).end('{"code":"FAIL"}');
    const { code, stdout } = await run('trigger', 'payment.success', '--scenario', 'notify.tampered', '--to', shop.url);
    shop.answer = (res) => res.writeHead(204).end();
    expect([code, stdout]).toEqual([1, expect.stringContaining('answered with 401')]);
    expect(stdout).toContain('asked for: {"tampered":true}');
  });

  test('any other event of API v3 is sent with its resource', async () => {
    const resource = file('transfer.json', '{"out_bill_no":"T1"}');
    const args = ['--resource', resource, '--original-type', 'mch_payment', '--to', shop.url, '--json'];
    const { stdout } = await run('trigger', 'MCHTRANSFER.BILL.FINISHED', ...args);
    expect(JSON.parse(stdout)[0]).toMatchObject({ kind: 'v3.event', decrypted: '{"out_bill_no":"T1"}' });
  });

  test('with --url the orders and the keys of a running simulator are used', async () => {
    const number = await placed();
    const { code } = await run('trigger', 'payment.success', '--order', number, '--to', shop.url, ...url());
    expect([code, sim.order(number)?.trade_state]).toEqual([0, 'SUCCESS']);
    expect((await run('trigger', 'refund.abnormal', '--order', number, '--to', shop.url, ...url())).code).toBe(0);
    expect(sim.refunds.at(-1)).toMatchObject({ state: 'ABNORMAL', out_trade_no: number });
    expect(sim.switches.refund.outcome).toBe('SUCCESS');
  });

  test('a recorded notification is replayed byte by byte, or signed again', async () => {
    const number = await placed();
    await run('pay', number, ...url());
    await sim.settled();
    const [{ id }] = (await json('deliveries', '--order', number)).items;
    const { stdout } = await run('deliveries', id, '--json', ...url());
    const notice = file('notice.json', stdout);
    const original = shop.received.at(-1);
    const replayed = await run('replay', notice);
    expect([replayed.code, replayed.stdout]).toEqual([
      0,
      expect.stringContaining(`acknowledged: ${shop.url} answered 204`),
    ]);
    const again = shop.received.at(-1);
    expect(again?.body).toEqual(original?.body);
    expect(again?.headers['wechatpay-signature']).toBe(original?.headers['wechatpay-signature']);
    await run('replay', notice, '--sign', '--to', shop.url);
    expect(shop.received.at(-1)?.body).toEqual(original?.body);
    expect(shop.received.at(-1)?.headers['wechatpay-signature']).not.toBe(original?.headers['wechatpay-signature']);
  });

  test.each<[string, (path: typeof file) => string[], number, string]>([
    [
      'an unknown event',
      () => ['trigger', 'payment.sucess', '--to', 'http://127.0.0.1:9/n'],
      2,
      'there is no event "payment.sucess"',
    ],
    ['no address', () => ['trigger', 'payment.success'], 2, "required option '--to <address>' not specified"],
    [
      'an address that is none',
      () => ['trigger', 'payment.success', '--to', 'x'],
      2,
      '--to must be an http or https address',
    ],
    [
      'a number that is none',
      () => ['trigger', 'payment.success', '--order', 'x', '--to', 'http://127.0.0.1:9/n'],
      2,
      '"out_trade_no" must be 6 to 32',
    ],
    [
      'a resource that is none',
      (path) => ['trigger', 'A.B', '--resource', path('r.json', '[]'), '--to', 'http://127.0.0.1:9/n'],
      2,
      'must contain a JSON object',
    ],
    [
      'a file without an address',
      (path) => ['replay', path('n.xml', '<xml></xml>')],
      2,
      'does not say where it was sent: give --to',
    ],
    [
      'nothing there',
      (path) => ['replay', path('n.xml', '<xml></xml>'), '--to', 'http://127.0.0.1:9/n'],
      1,
      'http://127.0.0.1:9/n: nothing answers there',
    ],
  ])('%s is one line', async (_, args, code, sentence) => {
    const ended = await run(...args(file));
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([code, '', expect.stringContaining(sentence)]);
    expect(ended.stderr).toMatch(/^koa-wxpay: .*\n$/);
  });
});
