import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { yuan } from 'koa-wxpay';
import { readAmount } from '../../example-app/src/amount.js';
import { findOrderById } from '../../example-app/src/orders.js';
import { listRefunds } from '../../example-app/src/refunds.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';

let running: RunningShop;
let customer: Customer;
let paid: string;
let unpaid: string;

beforeAll(async () => {
  running = await startShop();
  customer = new Customer(running.simulator);
});
afterAll(() => running.stop());
beforeEach(async () => {
  await running.reset();
  [paid, unpaid] = [await customer.order(), await customer.order('tea')];
  await running.simulator.pay(await customer.prepay(paid));
  await running.simulator.settled();
});

/** The row of an order on the owner's page. */
const rowOf = (id: string, text: string): string =>
  text.split('<li class="card"').find((row) => row.includes(`id="${id}"`))!;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const refund = (typed: string) => customer.post(`/owner/orders/${paid}/refunds/1`, { refund: typed });
const reprice = (typed: string) => customer.post(`/owner/orders/${unpaid}/price`, { price: typed });

const REFUSED: [typed: string, sentence: string][] = [
  ['', '请填写金额'],
  ['   ', '请填写金额'],
  ['0', '金额至少 0.01 元'],
  ['0.00', '金额至少 0.01 元'],
  ['000', '金额至少 0.01 元'],
  ['1.999', '最多两位小数'],
  ['0.001', '最多两位小数'],
  ['1.000', '最多两位小数'],
  ['-1', '金额不能是负数'],
  ['-0.01', '金额不能是负数'],
  ['1e2', '请只用数字填写金额'],
  ['0x10', '请只用数字填写金额'],
  ['1,5', '请只用数字填写金额'],
  ['1.2.3', '请只用数字填写金额'],
  ['.5', '请只用数字填写金额'],
  ['+1', '请只用数字填写金额'],
  ['NaN', '请只用数字填写金额'],
  ['Infinity', '请只用数字填写金额'],
  ['all', '请只用数字填写金额'],
  ['"><script>alert(1)</script>', '请只用数字填写金额'],
  ['100000.01', '金额太大'],
  ['9'.repeat(30), '金额太大'],
];

describe.each(REFUSED)('an amount of "%s"', (typed, sentence) => {
  test('to refund is refused with a sentence in the form, which keeps it', async () => {
    const { status, text } = await refund(typed);
    expect(status).toBe(400);
    const row = rowOf(paid, text);
    expect(row).toContain(sentence);
    expect(row).toContain(`value="${escaped(typed)}" aria-label="退款金额（元）Refund in yuan" aria-invalid="true"`);
    expect(rowOf(unpaid, text)).not.toContain('aria-invalid');
    expect(await listRefunds(running.db, [paid])).toEqual([]);
  });

  test('as a price is refused with a sentence in the form, which keeps it', async () => {
    const { status, text } = await reprice(typed);
    expect(status).toBe(400);
    const row = rowOf(unpaid, text);
    expect(row).toContain(sentence);
    expect(row).toContain(`value="${escaped(typed)}" aria-label="新价格（元）New price in yuan" aria-invalid="true"`);
    expect(rowOf(paid, text)).not.toContain('aria-invalid');
    expect(await findOrderById(running.db, unpaid)).toMatchObject({ total: 6800, out_trade_no: unpaid });
  });
});

test.each(['89.01', '100.00', '99999'])('more than is left (%s) is said in the form, which keeps it', async (typed) => {
  const { status, headers } = await refund(typed);
  expect(status).toBe(303);
  const row = rowOf(paid, (await customer.open(headers.location as string)).text);
  expect(row).toContain('超出可退金额');
  expect(row).toContain(`value="${typed}"`);
  expect(await listRefunds(running.db, [paid])).toEqual([]);
});

test('a link to the owner’s page shows no sentence but the shop’s own, and no markup', async () => {
  const query = new URLSearchParams({ order: paid, refund: '"><b>x', note: 'too_much' });
  expect((await customer.open(`/owner?${query}`)).text).not.toContain('<b>x');
  const other = new URLSearchParams({ order: paid, refund: '50.00', note: 'success' });
  expect((await customer.open(`/owner?${other}`)).text).not.toContain('value="50.00"');
});

test('a form without its field says what is missing', async () => {
  const { status, text } = await customer.post(`/owner/orders/${paid}/refunds/1`, { price: '1.00' });
  expect([status, rowOf(paid, text)]).toEqual([400, expect.stringContaining('请填写金额')]);
});

test('an amount in full-width digits, with blanks around it, is the amount', async () => {
  expect((await refund(' １２．５０ ')).status).toBe(303);
  expect(await listRefunds(running.db, [paid])).toMatchObject([{ refund: 1250 }]);
});

test('every amount from one fen to a hundred thousand yuan is read as it is written', () => {
  for (const fen of [1, 9, 10, 99, 100, 101, 1990, 12345, 999_999, 9_999_999, 10_000_000]) {
    expect(readAmount(yuan(fen))).toBe(fen);
    expect(readAmount(`00${yuan(fen)}`)).toBe(fen);
  }
  expect([readAmount('5'), readAmount('5.1'), readAmount('100000')]).toEqual([500, 510, 10_000_000]);
});
