import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fundFlowBill, refundLine, tradeBill, tradeLine } from '../../../support/bills.js';
import { type FakeAnswer, type FakeMch, fakeMch, merchantOf, type Received } from '../../../support/fake-mch-v3.js';

const open: FakeMch[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const sha1 = (bytes: string | Buffer): string => createHash('sha1').update(bytes).digest('hex');
const FILE = '/v3/billdownload/file?token=6XIv5TUPto7pByrTQKhd6kwvyKLG2uY2wMMR8cNXqaA_Cv_isgaUtBzp4QtiozLO';

/** Says where the bill lies, and gives it. */
async function shop(file: FakeAnswer, where: (url: string) => object) {
  const server: FakeMch = await fakeMch(({ url }: Received) =>
    url.startsWith('/v3/billdownload/') ? { by: false, ...file } : { body: where(server.url) },
  );
  open.push(server);
  return { server, wxpay: merchantOf(server.url) };
}

const lies =
  (bytes: string | Buffer, path = FILE) =>
  (url: string) => ({
    hash_type: 'SHA1',
    hash_value: sha1(bytes),
    download_url: url + path,
  });

async function collect<T>(rows: AsyncIterable<T>): Promise<{ rows: T[]; error?: unknown }> {
  const seen: T[] = [];
  try {
    for await (const row of rows) seen.push(row);
  } catch (error) {
    return { rows: seen, error };
  }
  return { rows: seen };
}

const bill = tradeBill([tradeLine(1), refundLine(1)]);

describe('a bill', () => {
  test('is fetched from where WeChat says it lies, path and token signed as they are', async () => {
    const { server, wxpay } = await shop({ body: bill }, lies(bill));
    const { rows, error } = await collect(wxpay.tradeBill('2026-01-01', { bill_type: 'ALL' }));
    expect(error).toBeUndefined();
    expect(rows.map(({ out_trade_no, amount }) => [out_trade_no, amount.total])).toEqual([
      ['SHOP000001', 1990],
      ['SHOP000001', 0],
    ]);
    expect(server.requests).toMatchObject([
      { method: 'GET', url: '/v3/bill/tradebill?bill_date=2026-01-01&bill_type=ALL', signed: true },
      { method: 'GET', url: FILE, signed: true },
    ]);
  });

  test.each<[string, string | Buffer]>([
    ['decompressed', bill],
    ['compressed', gzipSync(bill)],
  ])('that travels compressed may be hashed %s', async (_, hashed) => {
    const { server, wxpay } = await shop({ body: gzipSync(bill) }, lies(hashed));
    const { rows, error } = await collect(wxpay.tradeBill('2026-01-01', { tar_type: 'GZIP' }));
    expect(error).toBeUndefined();
    expect(rows).toHaveLength(2);
    expect(server.requests[0]!.url).toBe('/v3/bill/tradebill?bill_date=2026-01-01&tar_type=GZIP');
  });

  test('of the flow of funds names the account', async () => {
    const { server, wxpay } = await shop({ body: fundFlowBill() }, lies(fundFlowBill()));
    const { rows } = await collect(wxpay.fundFlowBill('2026-01-01', { account_type: 'OPERATION' }));
    expect(rows).toMatchObject([{ direction: 'in' }, { direction: 'out' }]);
    expect(server.requests[0]!.url).toBe('/v3/bill/fundflowbill?bill_date=2026-01-01&account_type=OPERATION');
  });

  test('of many lines arrives in pieces, and may be left early', async () => {
    const long = tradeBill(Array.from({ length: 5_000 }, (_, n) => tradeLine(n)));
    const { wxpay } = await shop({ body: gzipSync(long) }, lies(long));
    let count = 0;
    for await (const row of wxpay.tradeBill('2026-01-01')) {
      count += 1;
      if (row.out_trade_no === 'SHOP000002') break;
    }
    expect(count).toBe(3);
    expect((await collect(wxpay.tradeBill('2026-01-01'))).rows).toHaveLength(5_000);
  });
});

describe('nothing counts of a bill', () => {
  test('whose hash differs: the error comes after its last line', async () => {
    const { wxpay } = await shop({ body: bill.replaceAll('19.90', '19.91') }, lies(bill));
    const { rows, error } = await collect(wxpay.tradeBill('2026-01-01'));
    expect(rows).toHaveLength(2);
    expect(error).toMatchObject({ code: 'ERR_WXPAY_BILL', message: expect.stringContaining('SHA-1') });
  });

  test.each<[string, Buffer]>([
    ['cut short', Buffer.from(bill).subarray(0, 900)],
    ['cut short while compressed', gzipSync(bill).subarray(0, -20)],
    ['damaged while compressed', Buffer.concat([gzipSync(bill).subarray(0, 40), Buffer.alloc(40)])],
    ['not in UTF-8', Buffer.concat([Buffer.from(bill).subarray(0, 300), Buffer.from([0xff, 0xfe])])],
    ['empty', Buffer.alloc(0)],
  ])('that is %s, even if its hash is right', async (_, bytes) => {
    const { wxpay } = await shop({ body: bytes }, lies(bytes));
    expect((await collect(wxpay.tradeBill('2026-01-01'))).error).toMatchObject({ code: 'ERR_WXPAY_BILL' });
  });

  test('whose connection breaks', async () => {
    const { wxpay } = await shop({ drop: true }, lies(bill));
    expect((await collect(wxpay.tradeBill('2026-01-01'))).error).toMatchObject({ code: 'ERR_WXPAY_TRANSPORT' });
  });
});

describe('an address on another host', () => {
  test('gets nothing sent to it', async () => {
    const thief = await fakeMch(() => ({ body: bill }));
    open.push(thief);
    const { server, wxpay } = await shop({ body: bill }, () => lies(bill)(thief.url));
    const { error } = await collect(wxpay.tradeBill('2026-01-01'));
    expect(error).toMatchObject({ code: 'ERR_WXPAY_BILL', message: expect.stringContaining('nothing was sent') });
    expect(thief.requests).toHaveLength(0);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, (url: string) => string]>([
    ['another port', (url) => url.replace(/:\d+$/, ':1')],
    ['another scheme', (url) => url.replace('http:', 'https:')],
    ['a user in front', (url) => url.replace('http://', 'http://user:pass@')],
    ['a host behind an @', (url) => `${url}@evil.example`],
    ['a longer host', (url) => url.replace('127.0.0.1', '127.0.0.1.evil.example')],
    ['no address', () => 'file:///etc'],
  ])('%s', async (_, spoil) => {
    const { server, wxpay } = await shop({ body: bill }, (url) => lies(bill)(spoil(url)));
    expect((await collect(wxpay.tradeBill('2026-01-01'))).error).toMatchObject({ code: 'ERR_WXPAY_BILL' });
    expect(server.requests).toHaveLength(1);
  });
});

test.each([
  ['NO_STATEMENT_EXIST', 'no_bill'],
  ['STATEMENT_CREATING', 'bill_not_ready'],
])('%s means %s', async (code, meaning) => {
  const server = await fakeMch(() => ({ status: 400, body: { code, message: '' } }));
  open.push(server);
  expect((await collect(merchantOf(server.url).tradeBill('2026-01-01'))).error).toMatchObject({
    wechatCode: code,
    meaning,
  });
});

test('an address that has expired is a refusal of WeChat', async () => {
  const { wxpay } = await shop({ status: 400, body: { code: 'INVALID_REQUEST', message: '文件已过期' } }, lies(bill));
  expect((await collect(wxpay.tradeBill('2026-01-01'))).error).toMatchObject({
    name: 'ApiError',
    wechatCode: 'INVALID_REQUEST',
  });
});

test.each(['2026-1-1', '20260101', '2026-02-30', '2026-13-01', '', undefined])('%p is no day of a bill', (date) => {
  expect(() => merchantOf('http://127.0.0.1:9').tradeBill(date as string)).toThrow(
    expect.objectContaining({ code: 'ERR_WXPAY_BILL' }),
  );
});
