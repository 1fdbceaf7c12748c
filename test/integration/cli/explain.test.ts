import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWxpay } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { run } from '../../support/cli.js';
import { order } from '../../support/shop.js';

let folder: string;
let sim: Simulator;

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-explain-'));
  sim = await createSimulator();
  file('apiclient_key.pem', sim.merchant.v3.privateKey);
  file('apiclient_cert.pem', sim.merchant.v3.certificate);
  file('pub_key.pem', sim.merchant.keys.publicKey.pem);
  file('api-v3-key.txt', `${sim.merchant.apiV3Key}\n`);
  file('api-v2-key.txt', `${sim.merchant.key}\n`);
});
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true, force: true });
});

const key = (name: string): string[] => ['--key', join(folder, name)];

/** The first message that arrives, byte by byte as it travelled. */
async function recorded(send: (url: string) => Promise<unknown>): Promise<Buffer> {
  let arrived = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      arrived = Buffer.concat([arrived, chunk]);
      const text = arrived.toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const head = text.indexOf('\r\n\r\n');
      if (head > 0 && arrived.length >= head + 4 + length)
        socket.end('HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // The sender is refused, which is no matter here.
  await Promise.resolve(send(`http://127.0.0.1:${port}`)).catch(() => {});
  await new Promise((resolve) => server.close(resolve));
  return arrived;
}

const prepay = (version: 'v2' | 'v3') => (baseUrl: string) => {
  const { appid } = sim.app;
  const { mchid, v3, key } = sim.merchant;
  const common = {
    appid,
    mchid,
    notifyUrl: 'http://127.0.0.1:9/notify',
    baseUrl,
  };
  const wxpay = createWxpay(version === 'v3' ? { ...common, v3 } : { ...common, v2: { key } });
  return wxpay.prepay(order(), { openid: sim.people[0]?.openid(appid) as string });
};

describe('a request that was recorded', () => {
  test('of API v3 is right, also when only its body travelled through an editor', async () => {
    const bytes = await recorded(prepay('v3'));
    const { code, stdout } = await run('explain', '--request', file('right.http', bytes), ...key('apiclient_cert.pem'));
    expect([code, stdout]).toEqual([0, expect.stringContaining('v3 request: the signature is right')]);
    const edited = file('edited.http', `${bytes}\n`);
    expect((await run('explain', '--request', edited, ...key('apiclient_key.pem'))).code).toBe(0);
  });

  test('of API v3 whose body was printed again: both strings, the difference, the cause', async () => {
    const text = (await recorded(prepay('v3'))).toString();
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const again = JSON.stringify(JSON.parse(body), null, 2);
    const path = file('again.http', `${head.replace(/content-length: \d+\r\n/i, '')}\r\n\r\n${again}`);
    const { code, stdout } = await run('explain', '--request', path, ...key('apiclient_cert.pem'));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^v3 request: wrong\n\n1\. the body was written twice, .* compact, without blanks\n {3}Serialise/,
    );
    expect(stdout).toContain('String to sign');
    expect(stdout).toContain('What was signed');
    const [, difference = ''] = stdout.split('First difference');
    const [, expected = '', signed = '', marker = ''] = difference.split('\n');
    expect([expected.slice(marker.indexOf('^')), signed.slice(marker.indexOf('^'))]).toEqual([
      expect.stringMatching(/^\\n {2}"/),
      expect.stringMatching(/^"/),
    ]);
  });

  test('of API v2 is right, and one with a wrong key is not', async () => {
    const path = file('order.http', await recorded(prepay('v2')));
    expect((await run('explain', '--request', path, ...key('api-v2-key.txt'))).code).toBe(0);
    const wrong = file('wrong.txt', 'f'.repeat(32));
    const { code, stdout } = await run('explain', '--request', path, '--key', wrong);
    expect([code, stdout]).toEqual([1, expect.stringContaining('another key signed it')]);
    expect(stdout).not.toContain(sim.merchant.key);
    expect(stdout).not.toContain('ffff');
  });

  test('--json prints the whole explanation', async () => {
    const path = file('json.http', await recorded(prepay('v3')));
    const { stdout } = await run('explain', '--request', path, ...key('apiclient_cert.pem'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ subject: 'v3 request', verdict: 'genuine', causes: [] });
  });
});

describe('a notification that was recorded', () => {
  /** What the simulator sends after a payment. */
  const notification = (fault: Simulator['switches']['notify']) =>
    recorded(async (url) => {
      sim.switches.notify = fault;
      const { appid } = sim.app;
      const { mchid, v3 } = sim.merchant;
      const wxpay = createWxpay({
        appid,
        mchid,
        v3,
        notifyUrl: `${url}/notify`,
        baseUrl: sim.url,
        now: sim.clock.now,
      });
      const out_trade_no = `EXPLAIN${Math.random().toString(36).slice(2, 8)}`;
      await wxpay.prepay(order({ out_trade_no }), { openid: sim.people[0]?.openid(appid) as string });
      await sim.pay({ out_trade_no });
      await sim.settled();
    });

  test('is right, and its content is opened', async () => {
    const path = file('notice.http', await notification(undefined));
    const { code, stdout } = await run(
      'explain',
      '--notification',
      path,
      ...key('pub_key.pem'),
      ...key('api-v3-key.txt'),
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('v3 notification: the signature is right')]);
    expect(stdout).toContain('"trade_state":"SUCCESS"');
    expect(stdout).not.toContain(sim.merchant.apiV3Key);
  });

  test('that was altered is another text under the right key', async () => {
    const path = file('altered.http', await notification({ tampered: true }));
    const { code, stdout } = await run('explain', '--notification', path, ...key('pub_key.pem'));
    expect([code, stdout]).toEqual([1, expect.stringContaining('the key is right, and it signed another text')]);
  });

  test('verified with the merchant’s own certificate is named', async () => {
    const path = file('own.http', await notification(undefined));
    const { stdout } = await run('explain', '--notification', path, ...key('apiclient_cert.pem'));
    expect(stdout).toContain('the key given is the merchant’s own');
  });
});

describe('other inputs', () => {
  test('a message in JSON and a string that was logged', async () => {
    const message = {
      method: 'post',
      url: 'https://api.mch.weixin.qq.com/v3/x',
      headers: { Authorization: header(`${'A'.repeat(342)}==`) },
      body: '{}',
    };
    const signed = file('signed.json', JSON.stringify('POST\n/v3/x\n1\nn\n{}'));
    const { stdout } = await run(
      'explain',
      '--request',
      file('m.json', JSON.stringify(message)),
      '--signed',
      signed,
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      expected: 'POST\n/v3/x\n1\nn\n{}\n',
      signed: 'POST\n/v3/x\n1\nn\n{}',
      causes: expect.arrayContaining([expect.objectContaining({ code: 'no-final-line-feed' })]),
    });
  });
  const header = (signature: string): string =>
    `WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",signature="${signature}",timestamp="1",serial_no="${'5'.repeat(40)}"`;

  test('the parameters of a page', async () => {
    const page = {
      appId: 'wx0',
      timeStamp: 1414561699,
      nonceStr: 'n',
      package: 'prepay_id=1',
      signType: 'RSA',
      paySign: 'x',
    };
    const { stdout } = await run('explain', '--parameters', file('page.json', JSON.stringify(page)));
    expect(stdout).toContain('timeStamp must be a string');
  });
});

describe('a wrong use is one line and exit code 2', () => {
  test.each<[name: string, args: (path: (name: string, content: string) => string) => string[], sentence: string]>([
    ['no message', () => [], 'an id, or one of --request, --notification, --answer and --parameters is needed'],
    ['two messages', () => ['--request', 'a', '--answer', 'b'], 'one of --request'],
    ['an id that is none', () => ['x'], 'x is neither a request such as r12 nor a notification such as d3'],
    ['a file that is not there', () => ['--request', 'nowhere.http'], 'nowhere.http: there is no such file'],
    ['a folder', () => ['--request', '/'], '/: it is a folder'],
    ['a file that is no message', (path) => ['--request', path('a.txt', 'hello')], 'a.txt is no message'],
    [
      'a key that does not parse',
      (path) => [
        '--request',
        path('a.xml', '<xml></xml>'),
        '--key',
        path('k.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'),
      ],
      'k.pem holds a private key that cannot be read',
    ],
    [
      'a key that is none',
      (path) => ['--request', path('a.xml', '<xml></xml>'), '--key', path('k.txt', 'x')],
      'k.txt holds a text that is not PEM: expected a PEM',
    ],
    ['a time that is none', () => ['--at', 'noon'], '--at must be a time'],
    ['parameters that are no JSON', (path) => ['--parameters', path('p.json', 'x')], 'p.json must be JSON with appId'],
  ])('%s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await run('explain', ...args(file));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^koa-wxpay: .*\n$/);
  });
});
