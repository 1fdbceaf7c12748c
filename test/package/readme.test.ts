import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsapiParams } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { Customer } from '../support/customer.js';
import { freePort } from '../support/server.js';
import { type Version, versions } from '../support/versions.js';
import { unpackInto } from './packed.js';
import { node, ROOT, tool } from './run.js';
import { documents, pathOf, type Snippet, snippetsOf, sourceOf } from './snippets.js';

mkdirSync(join(ROOT, 'artifacts'), { recursive: true });
/** Inside the checkout, so that the packages which the snippets import are found. */
const folder = mkdtempSync(join(ROOT, 'artifacts/snippets-'));
const snippets = documents().flatMap(snippetsOf);

beforeAll(async () => {
  await unpackInto(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    target: 'es2022',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'out',
    noEmitOnError: true,
  },
  include: ['**/*.ts'],
  exclude: ['node_modules', 'out'],
};

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('snippets', () => {
  test('all of them compile as they stand', async () => {
    for (const snippet of snippets) write(pathOf(snippet), sourceOf(snippet));
    await tool('tsc', ['-p', '.', '--noEmit'], folder);
  });

  test('the Chinese README has the same ones, word for word but for comments', () => {
    const of = (document: string) =>
      snippetsOf(document).map(({ file, code }) => ({ file, code: withoutComments(code) }));
    expect(of('README.zh-CN.md')).toEqual(of('README.md'));
  });

  test.each(['README.md', 'README.zh-CN.md'])('%s has at most 10 kB', (document) => {
    expect(readFileSync(join(ROOT, document)).length).toBeLessThanOrEqual(10_240);
  });
});

const withoutComments = (code: string): string => code.replace(/ ?\/\/ .*$/gm, '');

const named = (file: string): Snippet => {
  const found = snippets.find((snippet) => snippet.document === 'README.md' && snippet.file === file);
  if (!found) throw new Error(`README.md has no snippet ${file}`);
  return found;
};

/** Text of a README with other addresses in it; each of the old ones must be there. */
const replaced = (text: string, replacements: Record<string, string>): string =>
  Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the README has no ${from}`);
    return result.replaceAll(from, to);
  }, text);

describe('run as they stand', () => {
  let child: ChildProcess | undefined;
  let printed = '';
  const log = (): string => printed;

  afterEach(async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  /** Resolves when it listens on `port`. */
  async function start(path: string, port: number, env: Record<string, string> = {}): Promise<void> {
    await tool('tsc', ['-p', '.'], folder);
    const running = spawn(process.execPath, [join(folder, 'out', path)], {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    [child, printed] = [running, ''];
    for (const stream of [running.stdout, running.stderr]) {
      stream.on('data', (chunk) => {
        printed += chunk;
      });
    }
    await eventually(async () => {
      if (running.exitCode !== null) throw new Error(`it ended:\n${printed}`);
      return fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    }, log);
  }

  test('the first shop: opened on the phone, paid, and paid', async () => {
    const port = await freePort();
    write(
      'run/first.ts',
      replaced(named('first.ts').code, { 3000: String(port), 'console.log(`open': 'console.log(wechat.url, `open' }),
    );
    await start('run/first.js', port);
    await eventually(async () => printed.includes('\n'), log);
    const [api, , phoneUrl] = printed.trim().split(' ') as [string, string, string];
    const { text } = await new Customer({ phoneUrl }).open('/pay');
    await fetch(`${api}/__sim/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsapi: jsapiIn(text) }),
    });
    await eventually(async () => (await (await fetch(`http://127.0.0.1:${port}/`)).text()) === 'paid', log);
  });

  test('the first shop on a taken port: one sentence, and no address', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    write('run/taken.ts', replaced(named('first.ts').code, { 3000: String(port) }));
    await tool('tsc', ['-p', '.'], folder);
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'out/run/taken.js')], {
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    taken.close();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      new RegExp(`^listen EADDRINUSE: address already in use 127\\.0\\.0\\.1:${port}: stop .+\\n$`),
    );
  });

  test.each(versions)(
    'the whole shop over %s: ordered, paid by its owner only, and paid in its own database',
    async (version) => {
      const port = await freePort();
      const sim = await createSimulator({ phone: { shop: `http://127.0.0.1:${port}` } });
      try {
        write('run/shop.ts', wholeShop(sim, port, version));
        await start('run/shop.js', port, environment(sim));
        expect(log()).toContain('listening on');
        const customer = new Customer(sim);
        await customer.open('/');
        const { status, headers } = await customer.post('/orders', {});
        expect([status, headers.location]).toEqual([302, expect.stringMatching(/^\/orders\/[0-9a-f]{32}\/pay$/)]);
        const [, number = ''] = /orders\/(\w+)/.exec(String(headers.location)) ?? [];
        const stranger = await new Customer(sim, 'xiaohong').open(`/orders/${number}/pay`);
        expect([stranger.status, stranger.text]).toEqual([404, expect.stringContaining('请稍后再试')]);
        const { text } = await customer.open(`/orders/${number}/pay`);
        expect(await customer.settle(number)).toMatchObject({ body: { trade_state: 'NOTPAY', paid: false } });
        expect(await sim.pay(jsapiIn(text))).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
        await sim.settled();
        expect(sim.deliveries).toEqual([expect.objectContaining({ acknowledged: true })]);
        expect((await customer.open(`/orders/${number}`)).text).toMatch(/paid$/);
        expect(await customer.settle(number)).toMatchObject({ body: { trade_state: 'SUCCESS', paid: true } });
      } finally {
        await sim.close();
      }
    },
  );
});

describe('the guide to testing a shop', () => {
  test('its tests pass under node --test as they stand', async () => {
    for (const { file, code } of snippetsOf('docs/testing.md')) if (file) write(`run/${file}`, code);
    await tool('tsc', ['-p', '.'], folder);
    const tests = ['shop.test.js', 'notice.test.js'].map((name) => join(folder, 'out/run', name));
    expect(await node(['--test', '--test-reporter=tap', ...tests], folder)).toMatch(/^# pass 2$/m);
  });
});

/** The page says what it hands to the bridge. */
const jsapiIn = (page: string): JsapiParams => {
  const json = /\{"appId".*?\}/.exec(page)?.[0];
  if (!json) throw new Error(`nothing to pay on the page:\n${page}`);
  return JSON.parse(json) as JsapiParams;
};

const MOST_LOOKS = 10_000;

/** Looks until it is so. @throws Error with what was printed, when it does not come to that */
async function eventually(check: () => Promise<boolean>, printed: () => string): Promise<void> {
  for (let looks = 1; !(await check()); looks++) {
    if (looks === MOST_LOOKS) throw new Error(`it never came to that; printed was:\n${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const CREDENTIALS_V3 = `v3: { privateKey: env('PRIVATE_KEY'), serial_no: env('SERIAL_NO'), apiV3Key: env('APIV3_KEY'),
    platformKeys: { [env('PUBLIC_KEY_ID')]: env('PUBLIC_KEY') } }`;

/** The shop of the README in the simulator's WeChat instead of the real one, on a database of its own. */
const wholeShop = (sim: Simulator, port: number, version: Version): string =>
  replaced(named('shop.ts').code, {
    'notifyUrl: `${origin}/wxpay/notify`': `notifyUrl: 'http://127.0.0.1:${port}/wxpay/notify', baseUrl: '${sim.url}'`,
    "secret: env('APP_SECRET'), origin": `secret: env('APP_SECRET'), origin, baseUrl: '${sim.url}', authorizeUrl: '${sim.phoneUrl}/connect/oauth2/authorize'`,
    'listen(3000,': `listen(${port}, '127.0.0.1',`,
    "import pg from 'pg';": "import { PGlite } from '@electric-sql/pglite';",
    "new pg.Pool({ connectionString: env('DATABASE_URL') })": '(await PGlite.create()) as any',
    "pool.on('error', console.error);": '',
    ...(version === 'v2' && { [CREDENTIALS_V3]: `v2: { key: '${sim.merchant.key}' }` }),
  });

/** What the shop takes from its environment. */
function environment({ app, merchant, phoneUrl }: Simulator): Record<string, string> {
  const { privateKey, serial_no, apiV3Key, platformKeys = {} } = merchant.v3;
  const [[id = '', key = ''] = []] = Object.entries(platformKeys);
  return {
    ORIGIN: phoneUrl,
    APPID: app.appid,
    APP_SECRET: app.secret,
    MCHID: merchant.mchid,
    SERIAL_NO: serial_no,
    PRIVATE_KEY: privateKey,
    APIV3_KEY: apiV3Key,
    PUBLIC_KEY_ID: id,
    PUBLIC_KEY: key as string,
    COOKIE_KEY: 'long and random',
  };
}
