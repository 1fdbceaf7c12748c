import { z } from 'zod';
import { tooManyBytes } from '../messages/too-many-bytes.js';
import { refuse } from './refusal.js';

/** What WeChat's texts call a field. */
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
  detail: '优惠功能',
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
 * Returns the value if it has the form of the schema.
 *
 * @throws {Refused} 400 `PARAM_ERROR`, naming the first field that is wrong
 */
export function valid<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  location: 'body' | 'query' = 'body',
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
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
  if (found === undefined) {
    return `输入源“${source}”映射到值字段“${label}”必填性规则校验失败，此字段为必填项`;
  }
  if (issue.code === 'custom' && issue.params?.maximumBytes) {
    const { bytes, maximumBytes } = issue.params;
    return tooManyBytes(source, label, bytes, maximumBytes);
  }
  const ofNumber = typeof found === 'number';
  if (issue.code === 'too_small') {
    const { minimum } = issue;
    return ofNumber
      ? rule('数值字段', `值低于最小值 ${minimum}`)
      : rule('字符串字段', `字符数小于最小值 ${minimum}`);
  }
  if (issue.code === 'too_big') {
    const { maximum } = issue;
    return ofNumber
      ? rule('数值字段', `值高于最大值 ${maximum}`)
      : rule('字符串字段', `字符数大于最大值 ${maximum}`);
  }
  return rule('值字段', issue.code === 'invalid_type' ? '类型不正确' : '格式不正确');
}

/** A text whose limits count characters, not UTF-16 units. */
export const text = (max: number, min = 1): z.ZodString =>
  z.string().superRefine((value, context) => {
    const length = [...value].length;
    if (length > max) {
      context.addIssue({ code: 'too_big', origin: 'string', maximum: max, input: value });
    }
    if (length < min) {
      context.addIssue({ code: 'too_small', origin: 'string', minimum: min, input: value });
    }
  });

/** Adds the issue that a value has more bytes of UTF-8 than its limit. */
export function limitBytes(text: string, max: number, context: z.RefinementCtx): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > max) context.addIssue({ code: 'custom', params: { bytes, maximumBytes: max } });
}

/** A text whose limit counts bytes of UTF-8. */
export const textInBytes = (max: number, min = 1): z.ZodString =>
  text(Number.MAX_SAFE_INTEGER, min).superRefine((value, context) =>
    limitBytes(value, max, context),
  );

/** A positive amount in fen. */
export const fen = z.int().min(1);
export const out_trade_no = z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/);
export const out_refund_no = z.string().regex(/^[0-9A-Za-z_\-|*@]{1,64}$/);
