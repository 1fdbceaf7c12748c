import type { Context, Middleware } from 'koa';
import { ApiError } from 'koa-wxpay';
import { type Message, messagePage } from './pages/message.js';

const NOT_FOUND: Message = {
  title: '没有找到',
  text: '这个页面或订单不存在。',
  english: 'There is no such page, or the order is not yours.',
};

const MALFORMED: Message = {
  title: '内容有误',
  text: '请返回检查后再提交。',
  english: 'Something in the address or in the form is not right.',
};

const TEXTS: Record<number, Message> = {
  401: { title: '需要店主密钥', text: '此页面仅供店主使用。', english: 'This page asks for the owner’s key.' },
  403: {
    title: '无法提交',
    text: '请从本店页面重新操作。',
    english: 'Please send the form from this shop’s own page.',
  },
  404: NOT_FOUND,
  409: {
    title: '订单已变化',
    text: '订单状态刚刚发生了变化，请重新查看。',
    english: 'The order has changed in the meantime. Please look at it again.',
  },
  429: {
    title: '尝试次数过多',
    text: '店主密钥多次有误，请等待十五分钟。',
    english: 'There were too many wrong keys. Please wait for fifteen minutes.',
  },
  502: {
    title: '微信暂时无法连接',
    text: '请稍后再试。如果已经付款，请不要重复付款。',
    english: 'WeChat could not be reached. Please try again in a moment; if you have paid already, do not pay again.',
  },
};

const BROKEN: Message = {
  title: '出了点问题',
  text: '我们已经记录下来，请稍后再试。',
  english: 'Something went wrong on our side. Please try again in a moment.',
};

/** The same request would be refused again, so this page does not ask for it. */
const REFUSED: Message = {
  title: '微信没有受理',
  text: '我们已经记录下来。如果已经付款，请不要重复付款，并联系店主。',
  english:
    'WeChat did not accept this, and we have noted it. If you have paid already, do not pay again: ask the shop.',
};

/** A page instead of an error: what happened and what to do, never why. The reason goes to the log. */
export function errorPages(): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) show(ctx, 404, NOT_FOUND);
    } catch (error) {
      const status = statusOf(error);
      const { headers } = error as { headers?: Record<string, string> };
      if (headers) ctx.set(headers);
      if (status >= 500) ctx.app.emit('error', error, ctx);
      show(ctx, status, messageOf(error, status));
    }
  };
}

function statusOf(error: unknown): number {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}

function messageOf(error: unknown, status: number): Message {
  const passing = ['unknown_outcome', 'too_frequent'];
  if (status === 502 && error instanceof ApiError && !passing.includes(error.meaning)) return REFUSED;
  return TEXTS[status] ?? (status < 500 ? MALFORMED : BROKEN);
}

function show(ctx: Context, status: number, message: Message): void {
  ctx.status = status;
  ctx.body = ctx.accepts('html', 'json') === 'json' ? { error: message.english } : messagePage(message);
}
