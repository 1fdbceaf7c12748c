import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsapiParams } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { Customer } from '../support/customer.js';
import { freePort } from '../support/server.js';
import { type Version, versions } from '../support/versions.js';
import { unpackInto } from './packed.js';
import { ROOT, tool } from './run.js';
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

  test('the whole shop has under thirty lines', () => {
    const lines = named('app.ts')
      .code.split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThan(31);
  });
});

const withoutComments = (code: string): string => code.replace(/ ?\/\/ .*$/gm, '').replace(/\/\*\*.*?\*\/\n/g, '');

const named = (file: string): Snippet => {
  const found = snippets.find((snippet) => snippet.document === 'README.md' && snippet.file === file);
  if (!found) throw new Error(`README.md has no snippet ${file}`);
  return found;
};

describe('what the README says about errors', () => {
  const thrown = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8').replace(/type WxpayErrorCode =[^;]*;/, ''))
    .flatMap((source) => source.match(/ERR_WXPAY_[A-Z_]*[A-Z]\b/g) ?? []);
  // made from the code of an anomaly
  const codes = [...new Set([...thrown, 'ERR_WXPAY_SECOND_PAYMENT'])];
  test.each(['README.md', 'README.zh-CN.md'])('%s explains every code, and no other', (document) => {
    const explained = [...readFileSync(join(ROOT, document), 'utf8').matchAll(/^\| (?:.*?)$/gm)]
      .flatMap(([row]) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z_]*[A-Z])`/g)])
      .map(([, code]) => `ERR_WXPAY_${code}`);
    expect(explained.sort()).toEqual(codes.sort());
  });
});

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
    "the whole shop over %s: only the user's own orders, paid in its own database",
    async (version) => {
      const port = await freePort();
      const sim = await createSimulator({ phone: { shop: `http://127.0.0.1:${port}` } });
      try {
        write('run/app.ts', wholeShop(sim, port, version));
        write('run/shop.ts', replaced(named('shop.ts').code, PGLITE) + seed(sim.people[0]?.openid(sim.app.appid)));
        await start('run/app.js', port, environment(sim, version));
        const customer = new Customer(sim);
        expect(await customer.open('/orders/OTHER0001/pay')).toMatchObject({ status: 404 });
        const { text } = await customer.open('/orders/SHOP0001/pay');
        expect(await sim.pay(jsapiIn(text))).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
        await sim.settled();
        expect(sim.deliveries).toEqual([expect.objectContaining({ acknowledged: true })]);
        expect((await customer.open('/orders/SHOP0001')).text).toContain('已支付 Paid');
        expect(await (await fetch(`http://127.0.0.1:${port}/orders`)).json()).toEqual([
          { out_trade_no: 'OTHER0001', state: 'pending' },
          { out_trade_no: 'SHOP0001', state: 'paid' },
        ]);
      } finally {
        await sim.close();
      }
    },
  );
});

/** The page says what it hands to the bridge. */
const jsapiIn = (page: string): JsapiParams => {
  const json = /(?:getBrandWCPayRequest["'],\s*|\[.*?, )(\{"appId".*?\})/.exec(page)?.[1];
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

/** The shop of the README in the simulator's WeChat instead of the real one; its orders to be looked at. */
const wholeShop = (sim: Simulator, port: number, version: Version): string =>
  replaced(named('app.ts').code, {
    "'https://shop.example/wxpay/notify'": `'http://127.0.0.1:${port}/wxpay/notify', baseUrl: '${sim.url}'`,
    "'https://shop.example'": `'${sim.phoneUrl}', baseUrl: '${sim.url}', authorizeUrl: '${sim.phoneUrl}/connect/oauth2/authorize'`,
    'listen(3000)': `listen(${port}, '127.0.0.1')`,
    'const router = new Router();': `const router = new Router();
router.get('/orders', async (ctx) => {
  ctx.body = (await pool.query('select out_trade_no, state from orders order by 1')).rows;
});`,
    ...(version === 'v3'
      ? { PUB_KEY_ID_0119000001: Object.keys(sim.merchant.v3.platformKeys ?? {})[0] as string }
      : {
          'v3: { privateKey, serial_no, apiV3Key, platformKeys: { PUB_KEY_ID_0119000001: publicKeyPem } }': `v2: { key: '${sim.merchant.key}' }`,
        }),
  });

const PGLITE = {
  "import pg from 'pg';": "import { PGlite } from '@electric-sql/pglite';",
  "new pg.Pool({ connectionString: env('DATABASE_URL') })": '(await PGlite.create()) as any',
  "pool.on('error', console.error);": '',
};

const seed = (openid = ''): string => `
await pool.query(\`insert into orders (out_trade_no, openid, description, total)
  values ('SHOP0001', '${openid}', 'tea', 1990), ('OTHER0001', 'somebody else', 'tea', 1990)\`);`;

/** What the shop takes from its environment; over v2 the credentials of v3 are left unused. */
function environment({ app, merchant }: Simulator, version: Version): Record<string, string> {
  const { privateKey, serial_no, apiV3Key, platformKeys = {} } = version === 'v3' ? merchant.v3 : UNUSED;
  return {
    WXPAY_SECRET: app.secret,
    COOKIE_KEY: 'long and random',
    WXPAY_PRIVATE_KEY: privateKey,
    WXPAY_SERIAL_NO: serial_no,
    WXPAY_API_V3_KEY: apiV3Key,
    WXPAY_PUBLIC_KEY: Object.values(platformKeys)[0] ?? '-',
  };
}

const UNUSED = { privateKey: '-', serial_no: '-', apiV3Key: '-', platformKeys: {} };
