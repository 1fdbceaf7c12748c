import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { Agent } from 'undici';
import type { WxpayOptions } from '../../../src/client/options.js';
import type { Wxpay } from '../../../src/index.js';
import { DAY, HOUR } from '../../../src/util/clock.js';
import { order } from '../../support/shop.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { merchantOf, type Version, versions } from '../../support/versions.js';
import { call } from './v3-support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
  sim.switches.notification = 'never';
  // far from midnight, whenever this runs
  await toTomorrow(12);
});
afterEach(() => sim.close());

/** The simulator's day, `days` ago. */
const day = (days = 0): string =>
  new Date(sim.clock.now() - days * DAY + 8 * HOUR).toJSON().slice(0, 10);

/** To that hour of the next day in Beijing. */
async function toTomorrow(hour: number): Promise<void> {
  const sinceMidnight = (sim.clock.now() + 8 * HOUR) % DAY;
  await sim.clock.advance(DAY - sinceMidnight + hour * HOUR);
}

async function pay(wxpay: Wxpay, out_trade_no: string, coupon = 0): Promise<void> {
  const openid = sim.people[0]?.openid(sim.app.appid) as string;
  await wxpay.prepay(order({ out_trade_no, attach: '桌,7' }), { openid, clientIp: '127.0.0.1' });
  await sim.pay({ out_trade_no }, { coupon });
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

const hmac = (version: Version): Partial<WxpayOptions> =>
  version === 'v2' ? { v2: { key: sim.merchant.key, signType: 'HMAC-SHA256' } } : {};

describe.each(versions)('bills over API %s', (version) => {
  let wxpay: Wxpay;
  beforeEach(() => {
    wxpay = merchantOf(sim, version, hmac(version));
  });

  test.each([undefined, 'GZIP'] as const)(
    'list what was paid and given back that day, packed as %s',
    async (tar_type) => {
      await pay(wxpay, 'SHOP01', 90);
      await pay(wxpay, 'SHOP02');
      await wxpay.refund({
        out_trade_no: 'SHOP01',
        out_refund_no: 'R1',
        amount: { refund: 1000, total: 1990 },
      });
      await toTomorrow(10);
      const packed = tar_type && { tar_type };
      expect(await all(wxpay.tradeBill(day(1), packed))).toMatchObject([
        {
          out_trade_no: 'SHOP01',
          trade_state: 'SUCCESS',
          amount: { total: 1990, coupon: 90 },
          attach: '桌,7',
        },
        { out_trade_no: 'SHOP02', trade_state: 'SUCCESS', amount: { total: 1990, coupon: 0 } },
        {
          out_trade_no: 'SHOP01',
          trade_state: 'REFUND',
          refund: { out_refund_no: 'R1', refund: 1000, status: 'SUCCESS' },
        },
      ]);
      expect(await all(wxpay.tradeBill(day(1), { bill_type: 'SUCCESS', ...packed }))).toHaveLength(
        2,
      );
      const [refund] = await all(wxpay.tradeBill(day(1), { bill_type: 'REFUND', ...packed }));
      expect(refund).toMatchObject({
        refund: { settlement_refund: 955, success_time: expect.any(String) },
      });
      expect(await all(wxpay.fundFlowBill(day(1), packed))).toMatchObject([
        { voucherId: 'SHOP01', direction: 'in', amount: 1900, balance: 10_001_900 },
        { voucherId: 'SHOP01', direction: 'out', amount: 12, balance: 10_001_888 },
        { voucherId: 'SHOP02', direction: 'in', amount: 1990 },
        { voucherId: 'SHOP02', direction: 'out', amount: 12 },
        { voucherId: 'R1', direction: 'out', amount: 955, balance: 10_002_911 },
      ]);
    },
  );

  test('come at nine in the morning, and for three months', async () => {
    await pay(wxpay, 'SHOP01');
    const asked = day();
    const refusal = async () => (await all(wxpay.tradeBill(asked)).catch((error) => error)).text;
    expect(await refusal()).toMatch(version === 'v2' ? 'No Bill Exist' : '账单日期不合法');
    await toTomorrow(8);
    expect(await refusal()).toMatch(version === 'v2' ? 'Bill Creating' : '账单生成中');
    await sim.clock.advance(HOUR);
    expect(await all(wxpay.tradeBill(asked))).toHaveLength(1);
    await sim.clock.advance(93 * DAY);
    expect(await refusal()).toMatch(version === 'v2' ? 'No Bill Exist' : '账单日期不合法');
  });

  test('of a day without payments do not exist', async () => {
    await toTomorrow(10);
    const code =
      version === 'v2'
        ? { text: 'No Bill Exist' }
        : { wechatCode: 'NO_STATEMENT_EXIST', meaning: 'no_bill' };
    await expect(all(wxpay.tradeBill(day(1)))).rejects.toMatchObject(code);
  });

  test('can be made up as long as one likes', async () => {
    sim.switches.bill.rows = 2500;
    const rows = await all(wxpay.tradeBill(day(1), { tar_type: 'GZIP' }));
    expect(rows).toHaveLength(2500);
    expect(new Set(rows.map(({ out_trade_no }) => out_trade_no)).size).toBe(2500);
  });

  test('can be cut off on their way', async () => {
    sim.switches.bill.rows = 2500;
    const path = version === 'v2' ? '/pay/downloadbill' : '/v3/billdownload/file';
    sim.switches.next({ api: { [path]: { truncated: true } } });
    await expect(all(wxpay.tradeBill(day(1)))).rejects.toMatchObject({ name: 'TransportError' });
  });
});

test('a v3 bill with another hash is not believed', async () => {
  sim.switches.bill.rows = 10;
  sim.switches.bill.wrongHash = true;
  await expect(all(merchantOf(sim, 'v3').tradeBill(day(1)))).rejects.toThrow(/SHA-1/);
});

test('a download_url lives five minutes, on one host, for who asked', async () => {
  sim.switches.bill.rows = 3;
  const where = async () => {
    const { body } = await call(sim, 'GET', `/v3/bill/tradebill?bill_date=${day(1)}`);
    const { pathname, search, origin } = new URL(String(body?.download_url));
    expect(origin).toBe(sim.url);
    return pathname + search;
  };
  const elsewhere = { baseUrl: sim.backupUrl };
  expect(await call(sim, 'GET', await where(), undefined, elsewhere)).toMatchObject({
    status: 404,
  });
  const path = await where();
  await sim.clock.advance(299_000);
  expect((await call(sim, 'GET', path)).headers['wechatpay-signature']).toBeUndefined();
  await sim.clock.advance(1_000);
  expect(await call(sim, 'GET', path)).toMatchObject({
    status: 400,
    body: { message: '下载链接已过期' },
  });
});

test('the hash may be of the bytes that travel', async () => {
  await sim.close();
  sim = await createSimulator({ now: stoppedClock(), rules: { billHash: 'travelled' } });
  sim.switches.bill.rows = 10;
  expect(await all(merchantOf(sim, 'v3').tradeBill(day(1), { tar_type: 'GZIP' }))).toHaveLength(10);
});

test('a fund-flow bill wants HMAC-SHA256, whatever signs the rest', async () => {
  const wxpay = merchantOf(sim, 'v2');
  await pay(wxpay, 'SHOP01');
  await toTomorrow(10);
  expect(await all(wxpay.fundFlowBill(day(1)))).toHaveLength(2);
});

describe('over TLS', () => {
  const refund = {
    out_trade_no: 'SHOP01',
    out_refund_no: 'R1',
    amount: { refund: 1, total: 1990 },
  };
  const agents: Agent[] = [];
  afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.destroy())));
  const overTls = (certificate?: { cert: string; key: string }): Wxpay => {
    const dispatcher = new Agent({ connect: { ca: sim.tls?.ca as string, ...certificate } });
    agents.push(dispatcher);
    return merchantOf(sim, 'v2', { baseUrl: sim.tls?.url as string, dispatcher });
  };
  beforeEach(async () => {
    await sim.close();
    sim = await createSimulator({ now: stoppedClock(), tls: {} });
    sim.switches.notification = 'never';
    await pay(merchantOf(sim, 'v2'), 'SHOP01');
  });

  test('a refund needs the merchant’s certificate', async () => {
    const { certificate: cert, privateKey: key } = sim.merchant.v3;
    expect(await overTls({ cert, key }).queryOrder({ out_trade_no: 'SHOP01' })).toMatchObject({
      trade_state: 'SUCCESS',
    });
    expect(await overTls({ cert, key }).refund(refund)).toMatchObject({ status: 'PROCESSING' });
    await expect(overTls().refund({ ...refund, out_refund_no: 'R2' })).rejects.toMatchObject({
      status: 502,
    });
  });

  test('another certificate is not the merchant’s', async () => {
    const other = await createSimulator({ now: stoppedClock(), merchant: { mchid: '1900000110' } });
    const { certificate: cert, privateKey: key } = other.merchant.v3;
    await other.close();
    await expect(overTls({ cert, key }).refund(refund)).rejects.toMatchObject({
      text: '证书验证失败',
    });
  });

  test('who does not know the certificate authority does not get through', async () => {
    const wxpay = merchantOf(sim, 'v2', { baseUrl: sim.tls?.url as string });
    await expect(wxpay.queryOrder({ out_trade_no: 'SHOP01' })).rejects.toMatchObject({
      name: 'TransportError',
    });
  });
});
