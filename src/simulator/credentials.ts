import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from './accounts/app.js';
import type { SimulatorState } from './state.js';

/** Everything that a shop or a script needs to use a simulator. */
export interface SimulatorCredentials {
  url: string;
  backupUrl: string;
  phoneUrl: string;
  /** The address over TLS; absent without it. */
  tlsUrl?: string;
  merchants: {
    mchid: string;
    appids: readonly string[];
    /** The APIv2 key. */
    key: string;
    apiV3Key: string;
    serial_no: string;
    /** `apiclient_key.pem` */
    privateKey: string;
    /** `apiclient_cert.pem` */
    certificate: string;
    /** 微信支付公钥: its name and `pub_key.pem`. */
    publicKey: { id: string; pem: string };
  }[];
  apps: { appid: string; secret: string; kind: string }[];
  people: { id: string; name: string; openids: Record<string, string> }[];
}

export function credentialsOf(state: SimulatorState): SimulatorCredentials {
  const { urls, merchants, apps, people } = state;
  return {
    url: urls.primary,
    backupUrl: urls.backup,
    phoneUrl: urls.phone ?? '',
    ...(urls.tls && { tlsUrl: urls.tls }),
    merchants: [...merchants.values()].map(({ mchid, appids, key, apiV3Key, keys, v3 }) => ({
      ...{ mchid, appids, key, apiV3Key },
      serial_no: keys.serial_no,
      privateKey: v3.privateKey,
      certificate: v3.certificate,
      publicKey: { id: keys.publicKey.serial, pem: keys.publicKey.pem },
    })),
    apps: [...apps.values()].map((app) => ({
      appid: app.appid,
      secret: app.secret,
      kind: kindOf(app),
    })),
    people: [...people.values()].map(({ id, name, openid }) => ({
      id,
      name,
      openids: Object.fromEntries([...apps.keys()].map((appid) => [appid, openid(appid)])),
    })),
  };
}

/** Writes `credentials.json`, `.env`, and the PEM files of each merchant. */
export function writeCredentials(folder: string, credentials: SimulatorCredentials): void {
  const write = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });
  const foldersOf = (mchid: string): string => join(folder, 'merchants', mchid);
  for (const { mchid, privateKey, certificate, publicKey } of credentials.merchants) {
    mkdirSync(foldersOf(mchid), { recursive: true, mode: 0o700 });
    write(join(foldersOf(mchid), 'apiclient_key.pem'), privateKey);
    write(join(foldersOf(mchid), 'apiclient_cert.pem'), certificate);
    write(join(foldersOf(mchid), 'pub_key.pem'), publicKey.pem);
  }
  write(join(folder, 'credentials.json'), `${JSON.stringify(credentials, null, 2)}\n`);
  const [merchant] = credentials.merchants;
  const [app] = credentials.apps;
  if (!merchant || !app) return;
  const file = (name: string): string => join(foldersOf(merchant.mchid), name);
  const variables = {
    SIMULATOR_URL: credentials.url,
    ORIGIN: credentials.phoneUrl,
    WXPAY_APPID: app.appid,
    WXPAY_SECRET: app.secret,
    WXPAY_MCHID: merchant.mchid,
    WXPAY_KEY: merchant.key,
    WXPAY_API_V3_KEY: merchant.apiV3Key,
    WXPAY_SERIAL_NO: merchant.serial_no,
    WXPAY_PRIVATE_KEY_FILE: file('apiclient_key.pem'),
    WXPAY_CERTIFICATE_FILE: file('apiclient_cert.pem'),
    WXPAY_PUBLIC_KEY_ID: merchant.publicKey.id,
    WXPAY_PUBLIC_KEY_FILE: file('pub_key.pem'),
  };
  const lines = Object.entries(variables).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  write(join(folder, '.env'), `${lines.join('\n')}\n`);
}
