import type { OrderJson } from '../../simulator/control/json-types.js';
import { type Command, command, jsonOption } from '../command.js';
import { connect, part, query } from '../simulator/client.js';
import { withUrl } from '../simulator/url-option.js';

interface Options {
  url: string;
  mchid?: string;
  json?: boolean;
}

/** `koa-wxpay close` */
export const closeCommand = (): Command =>
  withUrl(
    command('close', {
      summary: 'close an unpaid order as its merchant would',
      examples: [['close SHOP0001', 'it cannot be paid any more']],
    }),
  )
    .argument('<number>', 'out_trade_no')
    .option('--mchid <number>', 'when merchants share the number of the order')
    .addOption(jsonOption())
    .action(async (number: string, { url, mchid, json }: Options) => {
      const order = await connect(url).request<OrderJson>('POST', `/orders/${part(number)}/close${query({ mchid })}`);
      console.log(json ? JSON.stringify(order, null, 2) : `${order.out_trade_no} is ${order.trade_state}`);
    });
