import { debuglog } from 'node:util';
import { printable } from '../util/printable.js';
import { CHANNELS, type Trace } from './channels.js';

/** Prints when `NODE_DEBUG` names `koa-wxpay`. */
export const debug = debuglog('koa-wxpay');

/** Prints one line for each trace that ends: the name of its channel, then its fields. */
export function printTraces(): void {
  for (const [name, channel] of Object.entries(CHANNELS)) {
    channel.asyncEnd.subscribe((fields) => debug('%s', lineOf(name, fields as Trace)));
  }
}

const lineOf = (name: string, fields: Trace): string =>
  [name, ...Object.entries(fields).map(([field, value]) => `${field}=${printable(value)}`)].join(' ');
