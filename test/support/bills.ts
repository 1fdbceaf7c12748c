/** Bills as WeChat prints them: byte order mark, headings, fields behind backticks, sums. */

const TRADE =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TRADE_SUMS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

export const tradeLine = (n: number, name = '一碗面'): string =>
  `\`2026-01-01 10:34:56,\`wx0123456789abcdef,\`1900000109,\`0,\`,\`42000000002026010100000${String(10_000 + n)},\`SHOP${String(n).padStart(6, '0')},\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`19.00,\`0.90,\`0,\`0,\`0.00,\`0.00,\`,\`,\`${name},\`,\`0.11000,\`0.60%,\`19.90,\`0.00,\``;

export const refundLine = (n: number): string =>
  `\`2026-01-01 11:00:00,\`wx0123456789abcdef,\`1900000109,\`1900000200,\`,\`42000000002026010100000${String(10_000 + n)},\`SHOP${String(n).padStart(6, '0')},\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`REFUND,\`OTHERS,\`CNY,\`0.00,\`0.00,\`50000000382019052709732678859,\`SHOP${n}@1,\`9.00,\`0.00,\`ORIGINAL,\`SUCCESS,\`一碗面,\`table 7,\`-0.05400,\`0.60%,\`0.00,\`9.90,\``;

/** The bill of the earlier format: 24 columns, amounts without forced decimals, a count printed as a decimal. */
export const earlierTradeBill = (): string =>
  [
    '\ufeff交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率',
    '`2014-11-10 16:33:45,`wx2421b1c4370ec43b,`10000100,`0,`1000,`1001690740201411100005734289,`1415640626,`085e9858e3ba5186aafcbaed1,`JSAPI,`SUCCESS,`CFT,`CNY,`19.90,`0.9,`0,`0,`0,`0,`,`,`被扫支付测试,`订单额外描述,`0,`0.60%',
    '`2014-11-10 16:46:14,`wx2421b1c4370ec43b,`10000100,`10000200,`1000,`1002780740201411100005729794,`1415635270,`085e9858e90ca40c0b5aee463,`MICROPAY,`REFUND,`CFT,`CNY,`0.0,`0.0,`2008450740201411110000174436,`1415701182,`5,`0.5,`ORIGINAL,`SUCCESS,`被扫支付测试,`,`-0.03,`0.60%',
    '总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额',
    '`2.0,`19.90,`5.0,`0.5,`-0.03',
    '',
  ].join('\r\n');

const page = (headings: string, lines: readonly string[], sumHeadings: string, sums: string): string =>
  `\ufeff${[headings, ...lines, sumHeadings, `\`${lines.length},\`${sums}`, ''].join('\r\n')}`;

export const tradeBill = (lines: readonly string[]): string =>
  page(TRADE, lines, TRADE_SUMS, '19.00,`9.00,`0.00,`0.06,`19.90,`9.90');

export const fundFlowBill = (): string =>
  page(
    '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
    [
      '`2026-01-01 10:34:56,`4200000000202601010000010001,`4200000000202601010000010001,`交易,`交易,`收入,`19.90,`1019.90,`1900000109API,`,`SHOP000001',
      '`2026-01-01 11:00:00,`50000000382019052709732678859,`50000000382019052709732678859,`退款,`退款,`支出,`9.90,`-1010.00,`1900000109API,`退款总金额9.90元;含手续费0.06元,`SHOP1@1',
    ],
    '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
    '1,`19.90,`1,`9.90',
  );
