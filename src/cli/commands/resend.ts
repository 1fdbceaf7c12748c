import type { DeliveryDetailJson, DeliveryJson } from '../../simulator/control/json-types.js';
import { type Command, command, jsonOption } from '../command.js';
import { paint } from '../output/paint.js';
import { connect, part } from '../simulator/client.js';
import { printDeliveries } from '../simulator/print-deliveries.js';
import { renderDelivery } from '../simulator/render-exchange.js';
import { withUrl } from '../simulator/url-option.js';

interface Options {
  url: string;
  json?: boolean;
}

/** `koa-wxpay resend` */
export const resendCommand = (): Command =>
  withUrl(
    command('resend', {
      summary: 'send a notification again',
      description:
        'Sends the notification of an attempt again, or a new one for the payment of an order. Prints what your shop ' +
        'answered, and exits with 1 when it was not acknowledged.',
      examples: [
        ['resend d3', 'the notification of an attempt, as "deliveries" lists it'],
        ['resend SHOP0001', 'a new notification of the payment of an order'],
      ],
    }),
  )
    .argument('<id>', 'an attempt such as d3, or out_trade_no')
    .addOption(jsonOption())
    .action(run);

async function run(id: string, { url, json = false }: Options): Promise<void> {
  const { request } = connect(url);
  if (!/^d\d+$/.test(id)) {
    const { deliveries } = await request<{ deliveries: DeliveryJson[] }>('POST', `/orders/${part(id)}/notify`);
    return printDeliveries(deliveries, json);
  }
  const sent = await request<DeliveryDetailJson>('POST', `/deliveries/${part(id)}/resend`);
  console.log(json ? JSON.stringify(sent, null, 2) : renderDelivery(sent, paint(process.stdout)));
  if (!sent.acknowledged) process.exitCode = 1;
}
