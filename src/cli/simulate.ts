import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSimulator, type Simulator } from '../simulator/index.js';
import { UsageError } from './usage.js';

export const summary = 'a WeChat on this machine to develop and test against';

const HELP = `Usage: koa-wxpay simulate [options]

Starts a WeChat on this machine: OAuth pages, orders, refunds and bills over API v2 and
v3, a phone with a cashier, and notifications. Any browser becomes WeChat by opening the phone's address.

Options:
  --port <n>         port of the WeChat hosts (default 9600; 0 takes a free one)
  --shop <address>   the shop to show on the phone, such as http://127.0.0.1:3000
  --phone-port <n>   port of the phone, the shop's public origin (default 9601; 0 takes a free one)
  --backup-port <n>  port that stands for the backup host (default: a free one)
  --host <address>   address to listen on (default 127.0.0.1)
  --keys <folder>    write the merchant's API v3 credentials there: apiclient_key.pem,
                     apiclient_cert.pem and WeChat Pay's pub_key.pem, new at every start
  --notify-insecure  deliver notifications to plain http addresses on other machines too, and
                     accept certificates nobody signed
  --help             this text`;

async function run(args: string[]): Promise<void> {
  const options = read(args);
  if (options.help) return console.log(HELP);
  const simulator = await start(options);
  if (options.keys !== undefined) await writeKeys(simulator, options.keys);
  // before it is told where: whoever reads it may end us at once
  const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log(welcome(simulator));
  await told;
  await simulator.close();
}

export const simulate = { summary, run };

interface Options {
  port: number;
  phonePort: number;
  backupPort: number;
  shop: string | undefined;
  host: string;
  keys: string | undefined;
  notifyInsecure: boolean;
  help: boolean;
}

function read(args: string[]): Options {
  const values = parse(args);
  return {
    port: portOf('--port', values.port, 9600),
    phonePort: portOf('--phone-port', values['phone-port'], 9601),
    shop: shopOf(values.shop),
    backupPort: portOf('--backup-port', values['backup-port'], 0),
    host: values.host ?? '127.0.0.1',
    keys: values.keys,
    notifyInsecure: values['notify-insecure'] ?? false,
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        shop: { type: 'string' },
        'phone-port': { type: 'string' },
        'backup-port': { type: 'string' },
        host: { type: 'string' },
        keys: { type: 'string' },
        'notify-insecure': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${HELP}`);
  }
}

function portOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`${name} must be a port, 0 to 65535, not "${text}"`);
  return Number(text);
}

function shopOf(text: string | undefined): string | undefined {
  if (text === undefined || (URL.canParse(text) && new URL(text).protocol === 'http:')) return text;
  throw new UsageError(
    `--shop must be an http address such as http://127.0.0.1:3000, not "${text}"`,
  );
}

async function start({
  port,
  phonePort,
  backupPort,
  shop,
  host,
  notifyInsecure,
}: Options): Promise<Simulator> {
  try {
    const phone = { port: phonePort, ...(shop !== undefined && { shop }) };
    return await createSimulator({ port, backupPort, host, phone, rules: { notifyInsecure } });
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE') throw error;
    throw new UsageError(
      `port ${port} is in use: --port, --phone-port and --backup-port choose others, 0 takes a free one`,
    );
  }
}

async function writeKeys({ merchant, close }: Simulator, folder: string): Promise<void> {
  const { privateKey, certificate } = merchant.v3;
  const files = {
    'apiclient_key.pem': privateKey,
    'apiclient_cert.pem': certificate,
    'pub_key.pem': merchant.keys.publicKey.pem,
  };
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, pem] of Object.entries(files))
      await writeFile(join(folder, name), pem, { mode: 0o600 });
  } catch (error) {
    await close();
    throw new UsageError(`--keys ${folder}: ${(error as Error).message}`);
  }
}

const welcome = ({
  url,
  backupUrl,
  phoneUrl,
  phone,
  app,
  merchant,
  people,
}: Simulator): string => `WeChat is at ${url}
its page       ${url}/
the phone      ${phoneUrl}${phone.shop ? ` shows ${phone.shop}` : ': start with --shop to see one there'}
backup host    ${backupUrl}

appid          ${app.appid}
app secret     ${app.secret}
mchid          ${merchant.mchid}
APIv2 key      ${merchant.key}
APIv3 key      ${merchant.apiV3Key}
serial_no      ${merchant.keys.serial_no}
public key     ${merchant.keys.publicKey.serial} (--keys <folder> writes it and the merchant's own)

people         ${people.map(({ name, openid }) => `${name} ${openid(app.appid)}`).join('\n               ')}

Ctrl-C ends it; nothing is kept.`;
