import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Simulator } from '../../simulator/index.js';
import { httpAddress, port } from '../arguments.js';
import { type Command, command, jsonOption } from '../command.js';
import { UsageError } from '../usage.js';

/** `koa-wxpay simulate` */
export const simulateCommand = (): Command =>
  command('simulate', {
    summary: 'a WeChat on this machine to develop and test against',
    description:
      'Starts a WeChat on this machine: OAuth pages, orders, refunds and bills over API v2 and v3, ' +
      "a phone with a cashier, and notifications. Any browser becomes WeChat by opening the phone's address.",
    examples: [
      [
        'simulate --shop http://127.0.0.1:3000',
        'your shop on the phone, the page on http://127.0.0.1:9600/',
      ],
      ['simulate --keys ./dev-keys', 'write the credentials of API v3'],
      ['simulate --config wechat.json --data ./.wechat', 'your merchants, kept over a restart'],
      ['simulate --data ./.wechat --tls', 'every host of WeChat over TLS: trust .wechat/ca.pem'],
      ['simulate --clock 2026-11-28T09:30 --json', 'at a time in Beijing, and JSON for a script'],
    ],
  })
    .option('--port <n>', 'port of the WeChat hosts; 0 takes a free one', port('--port'), 9600)
    .option(
      '--shop <address>',
      'the shop to show on the phone, such as http://127.0.0.1:3000',
      httpAddress('--shop', ['http'], 'http://127.0.0.1:3000'),
    )
    .option(
      '--phone-port <n>',
      "port of the phone, the shop's public origin; 0 takes a free one",
      port('--phone-port'),
      9601,
    )
    .option(
      '--backup-port <n>',
      'port that stands for the backup host; 0 takes a free one',
      port('--backup-port'),
      0,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--keys <folder>',
      "write the merchant's API v3 credentials there: apiclient_key.pem, apiclient_cert.pem and WeChat " +
        "Pay's pub_key.pem",
    )
    .option('--config <file>', 'JSON with merchants, accounts, people, rules and routes')
    .option(
      '--data <folder>',
      'keep keys, orders, refunds, deliveries and the clock there, and write credentials.json, .env and PEM files',
    )
    .option('--seed <text>', 'make everything random from this text, keys included')
    .option('--fresh', 'make keys that nobody had before', false)
    .option('--clock <time>', 'the time at the start, such as 2026-11-28T09:30 in Beijing')
    .option('--strict-clock', "refuse requests that are not dated by the simulator's clock", false)
    .option(
      '--tls',
      'listen over TLS for every host of WeChat; needs --data, where ca.pem is',
      false,
    )
    .option('--tls-port <n>', 'port of TLS; 0 takes a free one', port('--tls-port'), 9643)
    .option(
      '--allow-host <name>',
      'a name of this machine by which /__sim may be used, and for which the certificate is valid; may be repeated',
      (name: string, names: string[]) => [...names, name],
      [],
    )
    .addOption(jsonOption())
    .option(
      '--notify-insecure',
      'deliver notifications to plain http addresses on other machines too, and accept certificates nobody signed',
      false,
    )
    .action(run);

interface Options {
  port: number;
  phonePort: number;
  backupPort: number;
  shop?: string;
  host: string;
  keys?: string;
  notifyInsecure: boolean;
  config?: string;
  data?: string;
  seed?: string;
  fresh: boolean;
  clock?: string;
  strictClock: boolean;
  tls: boolean;
  tlsPort: number;
  allowHost: string[];
  json?: boolean;
}

async function run(options: Options): Promise<void> {
  const simulator = await start(options);
  if (options.keys !== undefined) await writeKeys(simulator, options.keys);
  // Listen for signals before printing: a reader of the text may end the process at once.
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log(
    options.json ? JSON.stringify(simulator.credentials()) : welcome(simulator, options.data),
  );
  await stopped;
  await simulator.close();
}

async function start(options: Options): Promise<Simulator> {
  // Loaded when it is needed: it is the largest part of the program.
  const { createSimulator, readSimulatorConfig, readSimulatorTime } = await import(
    '../../simulator/index.js'
  );
  const { config, data, seed, fresh, clock, tls, tlsPort, allowHost, shop } = options;
  if (tls && data === undefined) {
    throw new UsageError('--tls needs --data <folder>: the authority to trust is written there');
  }
  try {
    const configured = config === undefined ? {} : readSimulatorConfig(config);
    const timestamps = options.strictClock ? ('strict' as const) : ('real' as const);
    const { notifyInsecure } = options;
    return await createSimulator({
      ...configured,
      port: options.port,
      backupPort: options.backupPort,
      host: options.host,
      phone: { port: options.phonePort, ...(shop !== undefined && { shop }) },
      rules: { timestamps, ...configured.rules, ...(notifyInsecure && { notifyInsecure }) },
      allowedHosts: allowHost,
      ...(data !== undefined && { data }),
      ...(seed !== undefined && { seed }),
      ...(fresh && { fresh }),
      ...(clock !== undefined && { clock: readSimulatorTime(clock) }),
      ...(tls && { tls: { port: tlsPort, names: allowHost } }),
    });
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (error instanceof TypeError) throw new UsageError(error.message);
    if (code !== 'EADDRINUSE') throw error;
    throw new UsageError(
      `port ${port} is in use: --port, --phone-port, --backup-port and --tls-port choose others, 0 takes a free one`,
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

const welcome = (
  { url, backupUrl, phoneUrl, phone, tls, app, merchant, people }: Simulator,
  data: string | undefined,
): string => `WeChat is at ${url}
its page       ${url}/
the phone      ${phoneUrl}${phone.shop ? ` shows ${phone.shop}` : ': start with --shop to see one there'}
backup host    ${backupUrl}${tls ? `\nover TLS       ${tls.url} (trust ${join(data ?? '', 'ca.pem')})` : ''}

appid          ${app.appid}
app secret     ${app.secret}
mchid          ${merchant.mchid}
APIv2 key      ${merchant.key}
APIv3 key      ${merchant.apiV3Key}
serial_no      ${merchant.keys.serial_no}
public key     ${merchant.keys.publicKey.serial} (--keys <folder> writes it and the merchant's own)

people         ${people.map(({ name, openid }) => `${name} ${openid(app.appid)}`).join('\n               ')}

${data === undefined ? 'Ctrl-C ends it; nothing is kept.' : `Ctrl-C ends it; ${data} keeps its state and credentials.`}`;
