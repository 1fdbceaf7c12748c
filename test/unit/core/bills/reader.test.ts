import { describe, expect, test } from '@jest/globals';
import { createBillReader } from '../../../../src/core/bills/reader.js';
import { FUND_FLOW_HEADINGS, TRADE_HEADINGS, toFundFlowRow, toTradeRow } from '../../../../src/core/bills/rows.js';
import type { TradeBillRow } from '../../../../src/core/vocabulary.js';
import { earlierTradeBill, fundFlowBill, refundLine, tradeBill, tradeLine } from '../../../support/bills.js';

const withoutMark = (text: string): string => text.replace(/^\ufeff/, '');

/** Reads a bill in pieces of one length. */
function trade(text: string, piece = text.length): TradeBillRow[] {
  const reader = createBillReader(toTradeRow, TRADE_HEADINGS);
  const rows: TradeBillRow[] = [];
  const whole = withoutMark(text);
  for (let at = 0; at < whole.length; at += piece) rows.push(...reader.push(whole.slice(at, at + piece)));
  return [...rows, ...reader.end()];
}

describe('a trade bill', () => {
  test('gives payments and refunds in fen, in the vocabulary', () => {
    const [payment, refund] = trade(tradeBill([tradeLine(1), refundLine(1)]));
    expect(payment).toEqual({
      time: '2026-01-01T10:34:56+08:00',
      appid: 'wx0123456789abcdef',
      mchid: '1900000109',
      transaction_id: '4200000000202601010000010001',
      out_trade_no: 'SHOP000001',
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      bank_type: 'OTHERS',
      amount: { total: 1990, settlement_total: 1900, coupon: 90, currency: 'CNY' },
      description: '一碗面',
      fee: 11,
      columns: expect.objectContaining({ 费率: '0.60%', 手续费: '0.11000' }),
    });
    expect(refund).toMatchObject({
      sub_mchid: '1900000200',
      trade_state: 'REFUND',
      attach: 'table 7',
      refund: {
        refund_id: '50000000382019052709732678859',
        out_refund_no: 'SHOP1@1',
        refund: 990,
        settlement_refund: 900,
        status: 'SUCCESS',
      },
    });
    // five decimals that are no whole fen stay as printed
    expect(refund).not.toHaveProperty('fee');
    expect(refund!.columns.手续费).toBe('-0.05400');
  });

  test('is the same in pieces of any length', () => {
    const bill = tradeBill([tradeLine(1), refundLine(1), tradeLine(2)]);
    const whole = trade(bill);
    for (const piece of [1, 2, 7, 100]) expect(trade(bill, piece)).toEqual(whole);
    expect(trade(bill.replaceAll('\r\n', '\n'))).toEqual(whole);
    expect(trade(bill.trimEnd())).toEqual(whole);
  });

  test('keeps commas and lone backticks inside a name', () => {
    const [row] = trade(tradeBill([tradeLine(1, '面, 加`蛋, 不要葱')]));
    expect(row).toMatchObject({ description: '面, 加`蛋, 不要葱', amount: { total: 1990 } });
  });

  test('is read by heading: other columns in another order are no surprise', () => {
    const bill = [
      '商户号,公众账号ID,新的一列,微信订单号,商户订单号,交易类型,交易状态,交易时间,退款成功时间,微信退款单号,订单金额',
      '`1900000109,`wx0123456789abcdef,`?,`4200000000202601010000010001,`SHOP1,`NATIVE,`REFUND,`2026-01-01 10:34:56,`2026-01-01 12:00:00,`5000,`0.10',
      '总交易单数,应结订单总金额',
      '`1,`0.00',
    ].join('\n');
    expect(trade(bill)).toMatchObject([
      {
        time: '2026-01-01T10:34:56+08:00',
        amount: { total: 10, currency: 'CNY' },
        refund: { refund_id: '5000', success_time: '2026-01-01T12:00:00+08:00' },
        columns: { 新的一列: '?' },
      },
    ]);
  });

  test('of the earlier format gives the same fields, without those it does not print', () => {
    const [payment, refund] = trade(earlierTradeBill());
    expect(payment).toMatchObject({
      transaction_id: '1001690740201411100005734289',
      amount: { total: 1990, coupon: 90, currency: 'CNY' },
      fee: 0,
    });
    expect(payment?.amount).not.toHaveProperty('settlement_total');
    expect(payment).not.toHaveProperty('sub_mchid');
    expect(payment).not.toHaveProperty('refund');
    expect(refund).toMatchObject({ sub_mchid: '10000200', amount: { total: 0 }, fee: -3 });
    expect(refund?.refund).toEqual({
      refund_id: '2008450740201411110000174436',
      out_refund_no: '1415701182',
      refund: 500,
      status: 'SUCCESS',
    });
  });

  test.each(['`2,', '`2.0,', '`2.00,', '`02,'])('may print its count as %s', (printed) => {
    expect(trade(tradeBill([tradeLine(1), tradeLine(2)]).replace('`2,', printed))).toHaveLength(2);
  });

  test('may print an amount with more zeros, or with fewer', () => {
    const bill = tradeBill([tradeLine(1)]);
    for (const [printed, total] of Object.entries({ '19.900': 1990, '19.90000': 1990, '19.9': 1990, '19': 1900 })) {
      expect(trade(bill.replace('`19.90', `\`${printed}`))[0]?.amount.total).toBe(total);
    }
  });

  test('leaves out an amount that is not printed', () => {
    const [row] = trade(
      tradeBill([tradeLine(1)])
        .replace('`19.90', '`')
        .replace('`19.00', '`'),
    );
    expect(row?.amount).toEqual({ coupon: 90, currency: 'CNY' });
  });

  test('of a day without payments has headings and sums', () => {
    expect(trade(tradeBill([]))).toEqual([]);
  });
});

describe('a broken bill', () => {
  const bill = tradeBill([tradeLine(1), tradeLine(2)]);
  const rows = bill.split('\r\n');
  const without = (index: number): string => rows.filter((_, at) => at !== index).join('\n');

  test.each<[string, string]>([
    ['that is empty', ''],
    ['with a count of another number', bill.replace('`2,', '`3.0,')],
    ['with a count of a part of a line', bill.replace('`2,', '`2.5,')],
    ['with a count in letters', bill.replace('`2,', '`two,')],
    ['with a count in another notation', bill.replace('`2,', '`0x2,')],
    ['without a count', bill.replace('`2,', '`,')],
    ['without its sums', rows.slice(0, 4).join('\n')],
    ['cut in its last line', bill.slice(0, -8)],
    ['that lost a line', without(1)],
    ['that gained a line', [...rows.slice(0, 2), ...rows.slice(1)].join('\n')],
    ['with data before its headings', without(0)],
    ['with text after its sums', `${bill}more`],
    ['with a third line of headings', [...rows.slice(0, 4), rows[3], ...rows.slice(4)].join('\n')],
    ['of other columns', bill.replace('微信订单号,', '别的,')],
    ['with a field too many', bill.replace('一碗面', '一碗面,`')],
    ['with an amount of three decimals', bill.replace('`19.90', '`19.905')],
    ['with an amount that is text', bill.replace('`19.90', '`十九')],
    ['with a time that is none', bill.replace('2026-01-01 10', 'yesterday')],
    ['that is a page', '<html><body>502</body></html>'],
    ['with a line without end', 'x'.repeat(70_000)],
  ])('%s is an error', (_, text) => {
    expect(() => trade(text)).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_BILL' }));
  });

  test('cut anywhere is an error', () => {
    const whole = withoutMark(bill).trimEnd();
    for (let length = 0; length < whole.length - 1; length += 3) {
      // The last figure of the sums cut short is still a figure: the hash is what tells.
      if (length > whole.lastIndexOf('`')) break;
      expect(() => trade(whole.slice(0, length))).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_BILL' }));
    }
  });

  test('is not quoted in its error', () => {
    expect(() => trade(bill.replace('`19.90', '`oUpF8uMuAJO'))).toThrow(/^(?!.*oUpF8)/);
  });
});

test('the fund flow may print its count as a decimal', () => {
  const reader = createBillReader(toFundFlowRow, FUND_FLOW_HEADINGS);
  const bill = withoutMark(fundFlowBill()).replace('`2,`1,', '`2.0,`1,');
  expect([...reader.push(bill), ...reader.end()]).toHaveLength(2);
});

test('the fund flow tells direction, amount and balance', () => {
  const reader = createBillReader(toFundFlowRow, FUND_FLOW_HEADINGS);
  const rows = [...reader.push(withoutMark(fundFlowBill())), ...reader.end()];
  expect(rows).toMatchObject([
    { time: '2026-01-01T10:34:56+08:00', direction: 'in', amount: 1990, balance: 101_990, voucherId: 'SHOP000001' },
    { direction: 'out', amount: 990, balance: -101_000, businessType: '退款', voucherId: 'SHOP1@1' },
  ]);
});
