import { httpAddress } from '../arguments.js';
import { type Command, command, jsonOption } from '../command.js';
import { paint } from '../output/paint.js';
import { readFile } from '../read-file.js';
import { readMessage } from '../recorded/read-message.js';
import { addressIn } from '../replay/address.js';
import { type Answered, send } from '../replay/send.js';
import { withNewSignature } from '../replay/sign-again.js';
import { UsageError } from '../usage.js';

interface Options {
  to?: string;
  sign?: boolean;
  json?: boolean;
}

const ADDRESS = 'http://127.0.0.1:3000/wxpay/notify';

/** `koa-wxpay replay` */
export const replayCommand = (): Command =>
  command('replay', {
    summary: 'send a recorded notification again, byte by byte',
    description:
      'Sends a notification that was recorded: as JSON of "deliveries ID --json", as it travelled, or as the XML of ' +
      'API v2. A notification of API v3 that is older than five minutes is refused for its age; --sign signs it again with ' +
      'the development keys. Exits with 1 when it was not acknowledged.',
    examples: [
      ['deliveries d3 --json > notice.json', 'record a notification of the simulator'],
      ['replay notice.json', 'send it again to the same address'],
      [`replay notice.http --to ${ADDRESS} --sign`, 'send it elsewhere, with a new timestamp and signature'],
    ],
  })
    .argument('<file>', 'the notification; - reads it from the standard input')
    .option(
      '--to <address>',
      'the address to notify (default: the one in the file)',
      httpAddress('--to', ['http', 'https'], ADDRESS),
    )
    .option('--sign', 'sign it again now, with the development keys')
    .addOption(jsonOption())
    .action(run);

async function run(file: string, { to, sign = false, json = false }: Options): Promise<void> {
  const bytes = readFile(file);
  const recorded = readMessage(bytes, file);
  const address = to ?? addressIn(bytes, recorded);
  if (address === undefined) throw new UsageError(`${file} does not say where it was sent: give --to ${ADDRESS}`);
  const message = sign ? await withNewSignature(recorded) : recorded;
  const answered = await send(address, message);
  console.log(json ? JSON.stringify(answered, null, 2) : sentence(address, answered));
  if (!answered.acknowledged) process.exitCode = 1;
}

function sentence(address: string, { status, body, acknowledged, duration }: Answered): string {
  const { green, red } = paint(process.stdout);
  const verdict = acknowledged ? green('acknowledged') : red('not acknowledged');
  return [`${verdict}: ${address} answered ${status} in ${duration} ms`, ...(body === '' ? [] : [body])].join('\n');
}
