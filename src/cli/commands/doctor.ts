import { type Command, command, jsonOption } from '../command.js';
import { checkClock } from '../doctor/checks/clock.js';
import { examine } from '../doctor/examine.js';
import type { Facts, V3Facts } from '../doctor/facts.js';
import { render } from '../doctor/render.js';
import { loadShop, type ShopModule } from '../doctor/shop-module.js';
import { paint } from '../output/paint.js';
import { readFile } from '../read-file.js';
import { UsageError } from '../usage.js';

const NOTES = `[module] is a file of the shop that exports what is to be checked; everything may be left out:

  export default {
    app,                                     // the Koa app, which need not listen
    wxpay: { appid, mchid, notifyUrl, v3 },  // what createWxpay is given, or a list of it
    oauth: { appid, origin },                // what wxOAuth is given
    pages: ['https://shop.example/pay'],     // pages that call WeixinJSBridge
    settings: {                              // what is entered in WeChat's consoles
      oauthDomains: ['shop.example'],              // 网页授权域名
      jsDomains: ['shop.example'],                 // JS接口安全域名
      payDirectories: ['https://shop.example/'],   // JSAPI 支付授权目录
      h5Domains: ['shop.example'],                 // H5 支付域名
    },
    end: () => pool.end(),                   // lets the process end
  };

Nothing is sent anywhere without --online. Keys are never printed. Exits with 1 when there is an error, and with
--strict when there is a warning.`;

const list = (value: string, values: string[] = []): string[] => [...values, value];

/** `koa-wxpay doctor` */
export const doctorCommand = (): Command =>
  command('doctor', {
    summary: 'check keys, addresses, console settings and the order of middlewares of a shop',
    description:
      'Checks whether keys parse and belong together, whether addresses are legal, whether the settings in WeChat’s ' +
      'consoles cover the pages of the shop, and whether the middlewares of a Koa app are in a working order.',
    notes: NOTES,
    examples: [
      ['doctor ./dist/doctor.js', 'everything that the module exports'],
      [
        'doctor --private-key apiclient_key.pem --certificate apiclient_cert.pem --mchid 1900000109',
        'whether keys belong together',
      ],
      ['doctor --page https://shop.example/pay --pay-directory https://shop.example/', 'whether the page may pay'],
      ['doctor --online', 'whether the clock of this machine is right'],
    ],
  })
    .argument('[module]', 'a file of the shop')
    .option('--appid <appid>', 'the official account or mini program')
    .option('--mchid <number>', 'the merchant number')
    .option('--notify-url <address>', 'where WeChat Pay reports payments; may be repeated', list)
    .option('--origin <address>', 'scheme and host of the shop, such as https://shop.example')
    .option('--page <address>', 'a page that pays; may be repeated', list)
    .option('--private-key <file>', 'apiclient_key.pem')
    .option('--certificate <file>', 'apiclient_cert.pem')
    .option('--serial <number>', 'the serial number of the certificate')
    .option('--public-key <file>', 'pub_key.pem of WeChat Pay')
    .option('--public-key-id <id>', 'its id, PUB_KEY_ID_…')
    .option('--api-v3-key <file>', 'a file with the APIv3 key')
    .option('--api-v2-key <file>', 'a file with the APIv2 key')
    .option('--p12 <file>', 'apiclient_cert.p12')
    .option('--oauth-domain <host>', '网页授权域名; may be repeated', list)
    .option('--js-domain <host>', 'JS接口安全域名; may be repeated', list)
    .option('--pay-directory <address>', 'JSAPI 支付授权目录; may be repeated', list)
    .option('--h5-domain <host>', 'H5 支付域名; may be repeated', list)
    .option('--online', 'compare the clock with a server', false)
    .option('--server <address>', 'the server whose Date is compared', 'https://api.mch.weixin.qq.com')
    .option('--strict', 'exit with 1 for warnings too', false)
    .addOption(jsonOption())
    .action(run);

interface Options {
  appid?: string;
  mchid?: string;
  notifyUrl?: string[];
  origin?: string;
  page?: string[];
  privateKey?: string;
  certificate?: string;
  serial?: string;
  publicKey?: string;
  publicKeyId?: string;
  apiV3Key?: string;
  apiV2Key?: string;
  p12?: string;
  oauthDomain?: string[];
  jsDomain?: string[];
  payDirectory?: string[];
  h5Domain?: string[];
  online: boolean;
  server: string;
  strict: boolean;
  json?: boolean;
}

const NO_MODULE: ShopModule = { merchants: [], end: async () => {} };

async function run(file: string | undefined, options: Options): Promise<void> {
  const { online, server, strict, json } = options;
  if (!URL.canParse(server))
    throw new UsageError(`--server must be an address such as https://shop.example, not "${server}"`);
  const module = file === undefined ? NO_MODULE : await loadShop(file);
  const now = Date.now();
  const given = factsOf(options);
  const merchants = module.merchants.length > 0 ? module.merchants : [EMPTY];
  const findings = [
    ...merchants.flatMap((facts, at) => examine(at === 0 ? merged(facts, given) : facts, now)),
    ...(online ? await checkClock(server) : []),
  ];
  await module.end();
  if (findings.length === 0) throw new UsageError('there is nothing to check: see "koa-wxpay doctor --help"');
  console.log(json ? JSON.stringify(findings, null, 2) : render(findings, paint(process.stdout)));
  const failing = strict ? ['error', 'warning'] : ['error'];
  if (findings.some(({ severity }) => failing.includes(severity))) process.exitCode = 1;
  // A module of a shop may have opened connections that keep the process alive.
  if (file !== undefined) process.stdout.write('', () => process.exit());
}

const EMPTY: Facts = { notifyUrls: [], pages: [], settings: {} };

/** What the command line says goes before what the module exports. */
const merged = (facts: Facts, given: Facts): Facts => ({
  ...facts,
  ...given,
  notifyUrls: given.notifyUrls.length > 0 ? given.notifyUrls : facts.notifyUrls,
  pages: given.pages.length > 0 ? given.pages : facts.pages,
  settings: { ...facts.settings, ...given.settings },
  ...((facts.v3 || given.v3) && { v3: { ...facts.v3, ...given.v3 } }),
  ...((facts.v2 || given.v2) && { v2: { ...facts.v2, ...given.v2 } }),
});

function factsOf(options: Options): Facts {
  const { appid, mchid, notifyUrl = [], origin, page = [], apiV2Key, p12 } = options;
  const { oauthDomain, jsDomain, payDirectory, h5Domain } = options;
  const v3 = v3FactsOf(options);
  const v2 = {
    ...(apiV2Key !== undefined && { key: secretIn(apiV2Key) }),
    ...(p12 !== undefined && { clientPfx: readFile(p12) }),
  };
  return {
    ...(appid !== undefined && { appid }),
    ...(mchid !== undefined && { mchid }),
    notifyUrls: notifyUrl,
    ...(origin !== undefined && { origin }),
    pages: page,
    ...(Object.keys(v3).length > 0 && { v3 }),
    ...(Object.keys(v2).length > 0 && { v2 }),
    settings: {
      ...(oauthDomain && { oauthDomains: oauthDomain }),
      ...(jsDomain && { jsDomains: jsDomain }),
      ...(payDirectory && { payDirectories: payDirectory }),
      ...(h5Domain && { h5Domains: h5Domain }),
    },
  };
}

function v3FactsOf({ privateKey, certificate, serial, publicKey, publicKeyId, apiV3Key }: Options): V3Facts {
  if ((publicKey === undefined) !== (publicKeyId === undefined)) {
    throw new UsageError('--public-key and --public-key-id go together: give both or neither');
  }
  return {
    ...(privateKey !== undefined && { privateKey: readFile(privateKey) }),
    ...(certificate !== undefined && { certificate: readFile(certificate) }),
    ...(serial !== undefined && { serial_no: serial }),
    ...(publicKey !== undefined && { platformKeys: { [publicKeyId as string]: readFile(publicKey) } }),
    ...(apiV3Key !== undefined && { apiV3Key: secretIn(apiV3Key) }),
  };
}

/** Editors end a file with a line feed, which is not part of a key. */
const secretIn = (file: string): string =>
  readFile(file)
    .toString()
    .replace(/\r?\n$/, '');
