import type { PaidJson } from '../../simulator/control/json-types.js';
import { count } from '../arguments.js';
import { type Command, choice, command, jsonOption } from '../command.js';
import { paint } from '../output/paint.js';
import { connect } from '../simulator/client.js';
import { withUrl } from '../simulator/url-option.js';

interface Options {
  url: string;
  person?: string;
  coupon?: number;
  outcome?: string;
  mchid?: string;
  json?: boolean;
}

/** `koa-wxpay pay` */
export const payCommand = (): Command =>
  withUrl(
    command('pay', {
      summary: 'pay an order in the cashier',
      description:
        'Pays an order of a running simulator: by its number, its prepay_id, its code_url, h5_url or mweb_url. ' +
        'Exits with 1 when the cashier refuses.',
      examples: [
        ['pay SHOP0001', 'by the number of the order'],
        ["pay 'weixin://wxpay/bizpayurl?pr=abc'", 'what a QR code contains'],
        ['pay SHOP0001 --person laowang --coupon 100', 'as another person, with a coupon of ¥1.00'],
        ['pay SHOP0001 --outcome password', 'a wrong password: the order stays unpaid'],
      ],
    }),
  )
    .argument('<target>', 'out_trade_no, prepay_id or an address')
    .option('--person <id>', 'who pays (default: the payer of the order)')
    .option('--coupon <fen>', 'what a coupon pays', count('--coupon'))
    .addOption(
      choice('--outcome <outcome>', 'what the person does in the cashier', ['pays', 'cancels', 'balance', 'password']),
    )
    .option('--mchid <number>', 'when merchants share the number of the order')
    .addOption(jsonOption())
    .action(run);

async function run(target: string, { url, json, ...options }: Options): Promise<void> {
  const paid = await connect(url).request<PaidJson>('POST', '/pay', { ...targetOf(target), ...options });
  const isPaid = paid.err_msg.endsWith(':ok');
  const { green, red } = paint(process.stdout);
  if (json) console.log(JSON.stringify(paid, null, 2));
  else if (isPaid) console.log(`${green('paid')} ${paid.order?.out_trade_no ?? target}  ${paid.transaction_id ?? ''}`);
  else console.log(`${red('not paid')}: ${paid.err_desc ?? paid.err_msg}`);
  if (!isPaid) process.exitCode = 1;
}

function targetOf(target: string): object {
  if (/^(?:weixin|https?):\/\//.test(target)) return { url: target };
  // A prepay_id is longer than any number of an order may be.
  if (/^wx\d{14}\w{18,}$/.test(target)) return { prepay_id: target };
  return { out_trade_no: target };
}
