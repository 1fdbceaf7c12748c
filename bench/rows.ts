import { POSTGRES } from '../test/support/postgres.js';
import type { Measure } from './row.js';

/** Every row by its name, in the order of the table. Each is loaded when it is measured. */
export const ROWS: Readonly<Record<string, () => Promise<Measure>>> = {
  'v2-notification': async () => (await import('./rows/v2-notification.js')).measure,
  'v2-order': async () => (await import('./rows/v2-order.js')).measure,
  'v2-page': async () => (await import('./rows/v2-page.js')).measure,
  'v3-notification': async () => (await import('./rows/v3-notification.js')).measure,
  'v3-authorization': async () => (await import('./rows/v3-signing.js')).authorization,
  'v3-page': async () => (await import('./rows/v3-signing.js')).page,
  'koa-notify-v2': async () => (await import('./rows/koa-notify.js')).v2,
  'koa-notify-v3': async () => (await import('./rows/koa-notify.js')).v3,
  'koa-prepay-v2': async () => (await import('./rows/koa-prepay.js')).v2,
  'koa-prepay-v3': async () => (await import('./rows/koa-prepay.js')).v3,
  import: async () => (await import('./rows/import.js')).measure,
  postgres: async () => (await import('./rows/postgres.js')).settle,
  copies: async () => (await import('./rows/postgres.js')).copies,
  refusals: async () => (await import('./rows/refusals.js')).measure,
  flood: async () => (await import('./rows/flood.js')).measure,
  'v3-orders': async () => (await import('./rows/v3-orders.js')).measure,
  bill: async () => (await import('./rows/bill.js')).measure,
  'memory-once': async () => (await import('./rows/memory-once.js')).measure,
  'growth-fields': async () => (await import('./rows/growth.js')).fields,
  'growth-prepay': async () => (await import('./rows/growth.js')).prepay,
  'growth-reconcile': async () => (await import('./rows/growth.js')).walk,
  'xml-length': async () => (await import('./rows/xml-length.js')).measure,
};

/** Programs that a row starts. */
export const NEEDS: Readonly<Record<string, readonly string[]>> = {
  postgres: POSTGRES,
  copies: POSTGRES,
  flood: POSTGRES,
};
