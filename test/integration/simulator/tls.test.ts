import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator, type TlsHost } from 'koa-wxpay/simulator';
import { describeWith } from '../../support/needs.js';
import { common, signedXml } from './support.js';

const run = promisify(execFile);

let sim: Simulator;
let tls: TlsHost;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-tls-'));
  sim = await createSimulator({ data: folder, tls: { names: ['wechat.test'] } });
  tls = sim.tls as TlsHost;
});
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => sim.switches.clear());

const port = () => Number(new URL(tls.url).port);

interface Options {
  ca?: string;
  agent?: Agent;
  cert?: string;
  key?: string;
  method?: string;
  body?: string;
}

/** A request to a host of WeChat, whose name leads to this machine as with an entry in hosts. */
const ask = (host: string, path: string, options: Options = {}): Promise<[number, string]> =>
  new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const target = { host: '127.0.0.1', port: port(), servername: host, path };
    const headers = { host, 'user-agent': 'test' };
    const outgoing = request(
      { agent: false, ca: tls.ca, ...target, headers, ...rest },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () => resolve([incoming.statusCode ?? 0, text]));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

test.each([
  ['api.mch.weixin.qq.com', '/v3/certificates', 401],
  ['api2.mch.weixin.qq.com', '/v3/certificates', 401],
  ['api.weixin.qq.com', '/cgi-bin/token', 200],
  ['open.weixin.qq.com', '/connect/oauth2/authorize', 200],
  ['localhost', '/__sim', 200],
  ['wechat.test', '/', 200],
])('a client that trusts the authority reaches %s', async (host, path, status) => {
  expect((await ask(host, path))[0]).toBe(status);
});

test('a client that does not trust the authority refuses', async () => {
  await expect(ask('api.mch.weixin.qq.com', '/', { ca: '' })).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});

describe('the certificate fails on request, for clients that were connected as well', () => {
  test.each([
    ['untrusted', /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_SIGNATURE_FAILURE/],
    ['expired', /CERT_HAS_EXPIRED/],
    ['otherName', /ERR_TLS_CERT_ALTNAME_INVALID/],
  ] as const)('%s', async (certificate, code) => {
    const agent = new Agent({ keepAlive: true, maxCachedSessions: 100 });
    const get = () => ask('api.mch.weixin.qq.com', '/v3/certificates', { agent });
    expect((await get())[0]).toBe(401);
    sim.switches.hosts.certificate = certificate;
    // The connection that was kept is closed, and a new one looks at the certificate.
    await get().catch(() => {});
    await expect(get()).rejects.toMatchObject({ code: expect.stringMatching(code) });
    sim.switches.hosts.certificate = 'good';
    expect((await get())[0]).toBe(401);
    agent.destroy();
  });
});

test('a host that is down resets the connection, and the others answer', async () => {
  sim.switches.hosts.primary = 'down';
  await expect(ask('api.mch.weixin.qq.com', '/v3/certificates')).rejects.toThrow();
  expect((await ask('api2.mch.weixin.qq.com', '/v3/certificates'))[0]).toBe(401);
});

describe('a refund of API v2', () => {
  const refund = (options: Options): Promise<[number, string]> => {
    const numbers = {
      out_trade_no: 'NONE0001',
      out_refund_no: 'R1',
      total_fee: '1',
      refund_fee: '1',
    };
    const body = signedXml(sim, { ...common(sim), ...numbers });
    const path = '/secapi/pay/refund';
    return ask('api.mch.weixin.qq.com', path, { method: 'POST', body, ...options });
  };

  test('needs the certificate of the merchant', async () => {
    const [status, text] = await refund({});
    expect([status, text]).toEqual([400, expect.stringContaining('No required SSL certificate')]);
    const { certificate: cert, privateKey: key } = sim.merchant.v3;
    expect((await refund({ cert, key }))[1]).toContain('ORDERNOTEXIST');
  });

  test('refuses the certificate of another merchant', async () => {
    const other = await createSimulator({ fresh: true });
    const { certificate: cert, privateKey: key } = other.merchant.v3;
    await other.close();
    expect((await refund({ cert, key }))[1]).toContain('证书验证失败');
  });
});

describe('the authority', () => {
  const file = (name: string) => join(folder, name);

  test('is in the data folder, and its key is for nobody else', () => {
    expect(readFileSync(file('ca.pem'), 'utf8')).toBe(tls.ca);
    expect(statSync(file('ca-key.pem')).mode & 0o077).toBe(0);
    expect(new X509Certificate(tls.ca).ca).toBe(true);
  });

  test('stays over a restart, so that it is trusted once', async () => {
    const before = tls.ca;
    await sim.close();
    sim = await createSimulator({ data: folder, tls: { names: ['wechat.test'] } });
    tls = sim.tls as TlsHost;
    expect(tls.ca).toBe(before);
    expect((await ask('api.mch.weixin.qq.com', '/v3/certificates'))[0]).toBe(401);
  });

  test('is another one in every folder, whatever the seed', async () => {
    const authorities = [];
    for (const _ of [1, 2]) {
      const other = await createSimulator({ seed: 'the same', tls: {} });
      authorities.push(other.tls?.ca);
      await other.close();
    }
    expect(authorities[0]).not.toBe(authorities[1]);
  });

  test('whose files do not fit is named, with what to do', async () => {
    const other = mkdtempSync(join(tmpdir(), 'simulator-tls-'));
    await (await createSimulator({ data: other, tls: {} })).close();
    writeFileSync(join(other, 'ca.pem'), tls.ca);
    await expect(createSimulator({ data: other, tls: {} })).rejects.toThrow(
      /ca\.pem and ca-key\.pem do not belong together or have expired: delete both/,
    );
    rmSync(other, { recursive: true });
  });
});

describeWith(['openssl'], 'openssl', () => {
  const verify = (file: string) =>
    run('openssl', ['verify', '-x509_strict', '-CAfile', join(folder, 'ca.pem'), file]);

  /** The certificate that the server shows. */
  async function shown(): Promise<string> {
    const child = run('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${port()}`,
      '-servername',
      'api.mch.weixin.qq.com',
    ]);
    child.child.stdin?.end();
    const { stdout } = await child;
    const file = join(folder, 'shown.pem');
    writeFileSync(
      file,
      /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/.exec(stdout)?.[0] ?? '',
    );
    return file;
  }

  test('verifies the certificate by the strict rules', async () => {
    expect((await verify(await shown())).stdout).toContain(': OK');
  });

  test('refuses what the authority may not issue: it is only for WeChat and this machine', async () => {
    const key = join(folder, 'ca-key.pem');
    const [request, foreign] = [join(folder, 'foreign.csr'), join(folder, 'foreign.pem')];
    const names = join(folder, 'names.cnf');
    writeFileSync(names, 'subjectAltName=DNS:bank.example\nbasicConstraints=CA:FALSE\n');
    await run('openssl', [
      'req',
      '-new',
      '-key',
      key,
      '-subj',
      '/CN=bank.example',
      '-out',
      request,
    ]);
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      join(folder, 'ca.pem'),
      '-CAkey',
      key,
      '-CAcreateserial',
      '-extfile',
      names,
      '-days',
      '30',
      '-out',
      foreign,
    ]);
    const check = run('openssl', ['verify', '-CAfile', join(folder, 'ca.pem'), foreign]);
    await expect(check).rejects.toMatchObject({
      stderr: expect.stringContaining('permitted subtree'),
    });
  });
});

describeWith(['curl'], 'curl', () => {
  test('reaches WeChat with the authority and an address for the host', async () => {
    const resolve = `api.mch.weixin.qq.com:${port()}:127.0.0.1`;
    const url = `https://api.mch.weixin.qq.com:${port()}/v3/certificates`;
    const args = ['-sS', '--resolve', resolve, '--cacert', join(folder, 'ca.pem'), url];
    expect((await run('curl', args)).stdout).toContain('SIGN_ERROR');
  });
});
