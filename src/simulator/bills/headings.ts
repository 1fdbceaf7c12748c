/** Which rows a trade bill has. */
export type TradeBillType = 'ALL' | 'SUCCESS' | 'REFUND';

const ORDER = [
  ...['交易时间', '公众账号ID', '商户号', '特约商户号', '设备号', '微信订单号', '商户订单号'],
  ...['用户标识', '交易类型', '交易状态', '付款银行', '货币种类', '应结订单金额', '代金券金额'],
];
const REFUND_TIMES = ['退款申请时间', '退款成功时间'];
const REFUND = [
  ...['微信退款单号', '商户退款单号', '退款金额', '充值券退款金额', '退款类型', '退款状态'],
];
const FEES = ['商品名称', '商户数据包', '手续费', '费率', '订单金额'];

/** The columns of a trade bill. */
export const TRADE_HEADINGS: Record<TradeBillType, readonly string[]> = {
  ALL: [...ORDER, ...REFUND, ...FEES, '申请退款金额', '费率备注'],
  SUCCESS: [...ORDER, ...FEES, '费率备注'],
  REFUND: [...ORDER, ...REFUND_TIMES, ...REFUND, ...FEES, '申请退款金额', '费率备注'],
};

/** The columns of a fund-flow bill. */
export const FUND_FLOW_HEADINGS: readonly string[] = [
  ...['记账时间', '微信支付业务单号', '资金流水单号', '业务名称', '业务类型', '收支类型'],
  ...['收支金额(元)', '账户结余(元)', '资金变更提交申请人', '备注', '业务凭证号'],
];
