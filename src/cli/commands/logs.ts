import type { RequestDetailJson, RequestJson } from '../../simulator/control/json-types.js';
import { type Command, command } from '../command.js';
import { paint } from '../output/paint.js';
import { connect, part } from '../simulator/client.js';
import { requestCells } from '../simulator/lines.js';
import { renderRequest } from '../simulator/render-exchange.js';
import { type Log, type LogOptions, showLog, withLogOptions } from '../simulator/show-log.js';
import { withUrl } from '../simulator/url-option.js';

const LOG: Log<RequestJson> = {
  path: 'requests',
  event: 'request',
  cells: requestCells,
  widths: [14, 4, 5, 7, 44],
  isDone: () => true,
  none: 'no requests yet: your shop has not asked this simulator for anything',
};

/** `koa-wxpay logs` */
export const logsCommand = (): Command =>
  withLogOptions(
    withUrl(
      command('logs', {
        summary: 'the API requests of your shop, with status, code and time',
        description: 'Lists the requests to the hosts of WeChat in a running simulator, or shows one of them whole.',
        examples: [
          ['logs --follow', 'every request as it is answered'],
          ['logs r12', 'one request: headers, body, the string that its signature covers, the answer'],
          ['logs --order SHOP0001', 'what concerned one order'],
        ],
      }),
    ),
  )
    .argument('[id]', 'a request such as r12')
    .action(run);

async function run(id: string | undefined, options: LogOptions): Promise<void> {
  if (id === undefined) return showLog(LOG, options);
  const found = await connect(options.url).request<RequestDetailJson>('GET', `/requests/${part(id)}`);
  console.log(options.json ? JSON.stringify(found, null, 2) : renderRequest(found, paint(process.stdout)));
}
