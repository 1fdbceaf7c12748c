import type { DeliveryDetailJson, DeliveryJson } from '../../simulator/control/json-types.js';
import { count, httpAddress } from '../arguments.js';
import { type Command, choice, command, jsonOption } from '../command.js';
import { paint } from '../output/paint.js';
import { readFile } from '../read-file.js';
import { part } from '../simulator/client.js';
import { printDeliveries } from '../simulator/print-deliveries.js';
import { renderDelivery } from '../simulator/render-exchange.js';
import { EVENTS, type EventName, type Trigger, trigger } from '../trigger/events.js';
import { type UsedSimulator, withSimulator } from '../trigger/with-simulator.js';
import { UsageError } from '../usage.js';

const ADDRESS = 'http://127.0.0.1:3000/wxpay/notify';

const NOTES = `Events: ${EVENTS.join(', ')},
or any event_type of API v3 with --resource, such as MCHTRANSFER.BILL.FINISHED.

Without --url no simulator needs to run: the notification is signed with the development keys, which are those of
"koa-wxpay simulate". Prints what your shop answered, and exits with 1 when it was not acknowledged.`;

/** `koa-wxpay trigger` */
export const triggerCommand = (): Command =>
  command('trigger', {
    summary: 'send your shop a signed notification',
    description:
      'Makes something happen, and notifies your shop of it: signed and encrypted as WeChat Pay does it, of API v3 or v2.',
    notes: NOTES,
    examples: [
      [`trigger payment.success --order SHOP0001 --amount 1990 --to ${ADDRESS}`, 'a payment of ¥19.90'],
      [`trigger refund.success --api v2 --to ${ADDRESS}`, 'a refund, in the form of API v2'],
      [`trigger payment.success --scenario notify.tampered --to ${ADDRESS}`, 'one that your shop must refuse'],
    ],
  })
    .argument('<event>', 'such as payment.success')
    .requiredOption(
      '--to <address>',
      `the address to notify, such as ${ADDRESS}`,
      httpAddress('--to', ['http', 'https'], ADDRESS),
    )
    .option('--order <number>', 'out_trade_no (default: a new number)')
    .option('--amount <fen>', 'the amount of the order', count('--amount'), 100)
    .option('--refund-amount <fen>', 'the amount of the refund (default: everything)', count('--refund-amount'))
    .addOption(choice('--api <version>', 'the API whose form the notification has', ['v3', 'v2']).default('v3'))
    .option('--person <id>', 'who pays, such as laowang')
    .option('--description <text>', 'what was bought')
    .option('--attach <text>', 'attach of the order')
    .option(
      '--scenario <name>',
      'what is wrong with it, as "scenario list notify" lists it, such as notify.duplicate=3',
    )
    .option('--resource <file>', 'JSON that is encrypted, of any other event of API v3')
    .option('--original-type <type>', 'the kind of that resource (default: the event in lower case)')
    .option(
      '--url <address>',
      'a running simulator, whose orders and keys are used',
      httpAddress('--url', ['http', 'https'], 'http://127.0.0.1:9600'),
    )
    .addOption(jsonOption())
    .action(run);

interface Options extends Omit<Trigger, 'order'> {
  order?: string;
  scenario?: string;
  resource?: string;
  originalType?: string;
  url?: string;
  json?: boolean;
}

async function run(event: string, options: Options): Promise<void> {
  const { url, scenario, json = false } = options;
  const send = sender(event, options);
  const work = async (simulator: UsedSimulator): Promise<{ sent: DeliveryJson[]; detail: DeliveryDetailJson[] }> => {
    if (scenario !== undefined) await arm(simulator, scenario);
    const sent = await send(simulator);
    const detail = sent.map(({ id }) => simulator.request<DeliveryDetailJson>('GET', `/deliveries/${part(id)}`));
    return { sent, detail: await Promise.all(detail) };
  };
  const { sent, detail } = await withSimulator(url?.replace(/\/+$/, ''), work);
  const [only, ...more] = detail;
  if (json) console.log(JSON.stringify(detail, null, 2));
  else if (only && more.length === 0) console.log(renderDelivery(only, paint(process.stdout)));
  else return printDeliveries(sent, false);
  if (!detail.some(({ acknowledged }) => acknowledged)) process.exitCode = 1;
}

/** Reads everything that is wrong with the arguments before anything is sent. */
function sender(event: string, options: Options): (simulator: UsedSimulator) => Promise<DeliveryJson[]> {
  if ((EVENTS as readonly string[]).includes(event))
    return (simulator) => trigger(simulator, event as EventName, options);
  const { resource, to, order, originalType = event.toLowerCase().replaceAll('.', '_') } = options;
  if (resource === undefined || !/^[A-Z][A-Z0-9_.]{2,63}$/.test(event)) {
    throw new UsageError(
      `there is no event "${event}": there are ${EVENTS.join(', ')}, and any event_type of API v3 with --resource`,
    );
  }
  const body = {
    url: to,
    event_type: event,
    original_type: originalType,
    resource: readResource(resource),
    out_trade_no: order,
  };
  return async ({ request }) =>
    (await request<{ deliveries: DeliveryJson[] }>('POST', '/notifications', body)).deliveries;
}

function readResource(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFile(file).toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (error instanceof UsageError) throw error;
  }
  throw new UsageError(`${file} must contain a JSON object`);
}

/** `notify.lost` or `notify.duplicate=3`, for the next notification only. */
async function arm({ request }: UsedSimulator, scenario: string): Promise<void> {
  const [name = '', ...rest] = scenario.split('=');
  const value = rest.length === 0 ? {} : { value: readValue(rest.join('=')) };
  await request('PUT', `/scenarios/${part(name)}`, { ...value, ...(name.startsWith('notify.') && { once: true }) });
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
