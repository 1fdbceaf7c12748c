import { z } from 'zod';
import { refuse } from './refusal.js';

/** What WeChat's messages call a field. */
const LABELS: Record<string, string> = {
  appid: '公众号ID',
  mchid: '直连商户号',
  sp_appid: '服务商应用ID',
  sp_mchid: '服务商户号',
  sub_appid: '子商户应用ID',
  sub_mchid: '子商户号',
  description: '商品描述',
  out_trade_no: '商户订单号',
  out_refund_no: '商户退款单号',
  transaction_id: '微信支付订单号',
  time_expire: '交易结束时间',
  attach: '附加数据',
  notify_url: '通知地址',
  goods_tag: '订单优惠标记',
  total: '总金额',
  refund: '退款金额',
  currency: '货币类型',
  openid: '用户标识',
  sp_openid: '用户服务标识',
  sub_openid: '用户子标识',
  payer_client_ip: '用户终端IP',
  type: '场景类型',
  reason: '退款原因',
  bill_date: '账单日期',
  bill_type: '账单类型',
  account_type: '资金账户类型',
  tar_type: '压缩类型',
};

/**
 * The value in the form `schema` has, or 400 `PARAM_ERROR` with the first field that is wrong.
 *
 * @throws {Refused}
 */
export function valid<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  location: 'body' | 'query' = 'body',
): z.infer<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0] as z.core.$ZodIssue;
  const path = issue.path.map(String);
  const found = path.reduce<unknown>(
    (at, name) => (at as Record<string, unknown> | undefined)?.[name],
    value,
  );
  const text = textOf(`/${[location, ...path].join('/')}`, path.at(-1) ?? '', issue, found);
  return refuse(400, 'PARAM_ERROR', text, {
    field: location === 'body' ? `/${path.join('/')}` : path.join('.'),
    ...(found !== undefined && { value: found }),
    issue: text,
    location,
  });
}

function textOf(source: string, name: string, issue: z.core.$ZodIssue, found: unknown): string {
  const label = LABELS[name] ?? name;
  const rule = (kind: string, reason: string): string =>
    `输入源“${source}”映射到${kind}“${label}”规则校验失败，${reason}`;
  if (found === undefined)
    return `输入源“${source}”映射到值字段“${label}”必填性规则校验失败，此字段为必填项`;
  if (issue.code === 'too_small' && typeof found === 'number')
    return rule('数值字段', `值低于最小值 ${issue.minimum}`);
  if (issue.code === 'too_big' && typeof found === 'number')
    return rule('数值字段', `值高于最大值 ${issue.maximum}`);
  if (issue.code === 'too_small') return rule('字符串字段', `字符数小于最小值 ${issue.minimum}`);
  if (issue.code === 'too_big') return rule('字符串字段', `字符数大于最大值 ${issue.maximum}`);
  if (issue.code === 'invalid_type') return rule('值字段', '类型不正确');
  return rule('值字段', '格式不正确');
}

/** Text of so many characters, not UTF-16 units. */
export const text = (max: number, min = 1): z.ZodString =>
  z.string().superRefine((value, context) => {
    const length = [...value].length;
    if (length > max)
      context.addIssue({ code: 'too_big', origin: 'string', maximum: max, input: value });
    if (length < min)
      context.addIssue({ code: 'too_small', origin: 'string', minimum: min, input: value });
  });

/** Fen. */
export const fen = z.int().min(1);
export const out_trade_no = z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/);
export const out_refund_no = z.string().regex(/^[0-9A-Za-z_\-|*@]{1,64}$/);
