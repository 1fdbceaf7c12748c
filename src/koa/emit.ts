import type { Context } from 'koa';
import { notifyListener } from '../util/notify-listener.js';
import { printable } from '../util/printable.js';

/** Reports on `app.on('error')`. A logger that throws changes no verdict. */
export const emit = (ctx: Context, error: unknown): void =>
  notifyListener(() =>
    ctx.app.emit('error', error instanceof Error ? error : new Error(`non-error thrown: ${printable(error)}`), ctx),
  );
