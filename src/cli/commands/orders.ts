import type { OrderJson, PageJson, WholeOrderJson } from '../../simulator/control/json-types.js';
import { count } from '../arguments.js';
import { type Command, choice, command, jsonOption } from '../command.js';
import { type Paint, paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { connect, part, query } from '../simulator/client.js';
import { deliveryCells, orderCells, refundCells, requestCells, stepCells } from '../simulator/lines.js';
import { withUrl } from '../simulator/url-option.js';

interface Options {
  url: string;
  state?: string;
  search?: string;
  limit?: number;
  json?: boolean;
}

/** `koa-wxpay orders` */
export const ordersCommand = (): Command =>
  withUrl(
    command('orders', {
      summary: 'the orders, or one of them with its life',
      description: 'Lists the orders of a running simulator, or shows one with everything that concerns it.',
      examples: [
        ['orders', 'the latest ones'],
        ['orders SHOP0001', 'one order: what happened to it, refunds, requests, notifications'],
        ['orders --state NOTPAY', 'those that are not paid'],
      ],
    }),
  )
    .argument('[number]', 'out_trade_no')
    .addOption(choice('--state <state>', 'only these', ['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED']))
    .option('--search <text>', 'only those whose numbers or description contain the text')
    .option('--limit <n>', 'how many at most', count('--limit', 500))
    .addOption(jsonOption())
    .action(run);

async function run(number: string | undefined, { url, state, search, limit, json }: Options): Promise<void> {
  const { request } = connect(url);
  const colours = paint(process.stdout);
  if (number !== undefined) {
    const whole = await request<WholeOrderJson>('GET', `/orders/${part(number)}`);
    return console.log(json ? JSON.stringify(whole, null, 2) : renderOrder(whole, colours));
  }
  const page = await request<PageJson<OrderJson>>('GET', `/orders${query({ trade_state: state, search, limit })}`);
  if (json) return console.log(JSON.stringify(page, null, 2));
  const rows = page.items.toReversed().map((order) => orderCells(order, colours));
  console.log(
    rows.length > 0 ? table(rows) : 'no orders: buy something on the phone, or "koa-wxpay trigger payment.success"',
  );
}

function renderOrder({ order, history, refunds, requests, deliveries }: WholeOrderJson, colours: Paint): string {
  const { bold } = colours;
  const numbers = [order.transaction_id, ...order.prepayIds, order.openid].filter((each) => each !== undefined);
  const section = (title: string, rows: string[][]): string[] =>
    rows.length === 0 ? [] : [`\n${bold(title)}`, table(rows)];
  return [
    table([orderCells(order, colours)]),
    numbers.join('  '),
    ...section(
      'Life',
      history.map((step) => stepCells(step, colours)),
    ),
    ...section(
      'Refunds',
      refunds.map((refund) => refundCells(refund, colours)),
    ),
    ...section(
      'Requests',
      requests.map((each) => requestCells(each, colours)),
    ),
    ...section(
      'Notifications',
      deliveries.map((each) => deliveryCells(each, colours)),
    ),
  ].join('\n');
}
