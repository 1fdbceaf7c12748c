import type { RefundJson } from '../../simulator/control/json-types.js';
import { count } from '../arguments.js';
import { type Command, command, jsonOption } from '../command.js';
import { money } from '../output/values.js';
import { connect, part, query } from '../simulator/client.js';
import { withUrl } from '../simulator/url-option.js';

interface Options {
  url: string;
  amount?: number;
  mchid?: string;
  json?: boolean;
}

/** `koa-wxpay refund` */
export const refundCommand = (): Command =>
  withUrl(
    command('refund', {
      summary: 'refund an order in the merchant platform',
      description:
        'Refunds a paid order of a running simulator as a person does it in the merchant platform: at once, and notified ' +
        'in the form of API v2 to the address that is set there, if one is set.',
      examples: [
        ['refund SHOP0001', 'everything that is left'],
        ['refund SHOP0001 --amount 100', 'a part, ¥1.00'],
      ],
    }),
  )
    .argument('<number>', 'out_trade_no')
    .option('--amount <fen>', 'how much (default: everything that is left)', count('--amount'))
    .option('--mchid <number>', 'when merchants share the number of the order')
    .addOption(jsonOption())
    .action(async (number: string, { url, amount, mchid, json }: Options) => {
      const path = `/orders/${part(number)}/refund${query({ mchid })}`;
      const refund = await connect(url).request<RefundJson>('POST', path, amount === undefined ? {} : { amount });
      console.log(
        json ? JSON.stringify(refund, null, 2) : `refunded ${money(refund.refund)} of ${number}  ${refund.refund_id}`,
      );
    });
