import type { DeliveryDetailJson, DeliveryJson } from '../../simulator/control/json-types.js';
import { type Command, command } from '../command.js';
import { paint } from '../output/paint.js';
import { connect, part } from '../simulator/client.js';
import { deliveryCells } from '../simulator/lines.js';
import { renderDelivery } from '../simulator/render-exchange.js';
import { type Log, type LogOptions, showLog, withLogOptions } from '../simulator/show-log.js';
import { withUrl } from '../simulator/url-option.js';

const LOG: Log<DeliveryJson> = {
  path: 'deliveries',
  event: 'delivery',
  cells: deliveryCells,
  widths: [14, 4, 16, 10, 14, 10],
  isDone: ({ status, error }) => status !== undefined || error !== undefined,
  none: 'no notifications yet: WeChat notifies the shop when an order was paid or refunded',
};

/** `koa-wxpay deliveries` */
export const deliveriesCommand = (): Command =>
  withLogOptions(
    withUrl(
      command('deliveries', {
        summary: 'the notifications to your shop, with what it answered',
        description: 'Lists the attempts to notify of a running simulator, or shows one of them whole.',
        examples: [
          ['deliveries --follow', 'every attempt as it ends'],
          ['deliveries d3', 'one attempt: headers, body, decrypted content, your answer'],
          ['deliveries d3 --json > notice.json', 'a file for "replay"'],
        ],
      }),
    ),
  )
    .argument('[id]', 'an attempt such as d3')
    .action(run);

async function run(id: string | undefined, options: LogOptions): Promise<void> {
  if (id === undefined) return showLog(LOG, options);
  const found = await connect(options.url).request<DeliveryDetailJson>('GET', `/deliveries/${part(id)}`);
  console.log(options.json ? JSON.stringify(found, null, 2) : renderDelivery(found, paint(process.stdout)));
}
