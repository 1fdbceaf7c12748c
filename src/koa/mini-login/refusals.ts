import type { Context } from 'koa';
import { ApiError } from '../../core/errors.js';
import { emit } from '../emit.js';

/** What a mini program is answered: a status, and a word its code can branch on. */
export type Refusal = [status: number, word: string];

export const CODE_REQUIRED: Refusal = [400, 'code_required'];
export const CODE_INVALID: Refusal = [401, 'code_invalid'];
export const LOGIN_REQUIRED: Refusal = [401, 'login_required'];

/** What WeChat's refusal of a code means to the mini program. Every other refusal is the shop's to look into. */
const BY_ERRCODE: Record<string, Refusal> = {
  40029: CODE_INVALID,
  40163: CODE_INVALID,
  42003: CODE_INVALID,
  40226: [403, 'user_blocked'],
  45009: [429, 'too_frequent'],
  45011: [429, 'too_frequent'],
};

export const refusalOf = (error: unknown): Refusal | undefined =>
  error instanceof ApiError ? BY_ERRCODE[error.wechatCode] : undefined;

/** Answers with the word. The reason, if there is one to look into, goes to the app. */
export function refuse(ctx: Context, [status, error]: Refusal, reason?: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  // WeChat counts by the minute.
  if (status === 429) ctx.set('Retry-After', '60');
  ctx.status = status;
  ctx.body = { error };
  if (reason !== undefined) emit(ctx, reason);
}
