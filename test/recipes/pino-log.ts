import { tracingChannel } from 'node:diagnostics_channel';
import type { Logger } from 'pino';

/** One line for each upstream call, notification, settlement and login. */
export function logWxpay(logger: Logger): void {
  for (const name of ['upstream', 'notification', 'settlement', 'login']) {
    tracingChannel(`koa-wxpay:${name}`).asyncEnd.subscribe((fields) => {
      const failed = 'code' in (fields as object);
      logger[failed ? 'warn' : 'info']({ wxpay: name, ...(fields as object) }, `koa-wxpay ${name}`);
    });
  }
}
