import type { Context } from 'koa';
import { notifyListener } from '../util/notify-listener.js';
import { printable } from '../util/printable.js';

/** Emits the error on the app. A listener that throws does not change how the notification is answered. */
export const emit = (ctx: Context, error: unknown): void =>
  notifyListener(() =>
    ctx.app.emit('error', error instanceof Error ? error : new Error(`non-error thrown: ${printable(error)}`), ctx),
  );
