import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { RouteDefinition } from './custom/types.js';
import type { SimulatorOptions } from './options.js';
import { optionalProperties, problemIn, strictProperties } from './scenarios/check.js';
import { RULES } from './scenarios/rules.js';
import { PLATFORM_MODES } from './scenarios/v3.js';

const appid = z
  .string()
  .regex(/^wx[0-9a-zA-Z]{8,30}$/, 'expected an appid such as wx0123456789abcdef');
const mchid = z.string().regex(/^\d{8,10}$/, 'expected a merchant number of 8 to 10 digits');

const app = strictProperties({
  appid,
  secret: z.string().min(1),
  kind: z.enum(['officialAccount', 'miniProgram', 'mobileApp']).optional(),
  oauthDomain: z.string().optional(),
  scopes: z.array(z.enum(['snsapi_base', 'snsapi_userinfo'])).optional(),
});

const merchant = strictProperties({
  mchid,
  appids: z.array(appid).optional(),
  key: z.string().min(1, 'expected the APIv2 key'),
  apiV3Key: z.string().optional(),
  platform: z.enum(PLATFORM_MODES).optional(),
  payDirectories: z.array(z.string()).optional(),
  h5Domains: z.array(z.string()).optional(),
  refundNotifyUrl: z.string().optional(),
  subMerchants: z.record(z.string(), z.array(appid)).optional(),
  privateKey: z.string().optional(),
  certificate: z.string().optional(),
  serial_no: z.string().optional(),
  publicKey: strictProperties({ id: z.string(), privateKey: z.string() }).optional(),
});

const person = strictProperties({
  id: z.string().regex(/^[\w-]{1,64}$/, 'expected letters, digits, _ and -'),
  name: z.string().optional(),
  unionid: z.string().optional(),
  openids: z.record(z.string(), z.string()).optional(),
  balance: z.int().min(0, 'expected fen').optional(),
});

const route = strictProperties({
  method: z.string().regex(/^[A-Z]+$/, 'expected a method in capitals'),
  path: z.string().startsWith('/', 'expected a path that starts with /'),
  status: z.int().min(200).max(599).optional(),
  body: z.record(z.string(), z.unknown()).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  unsigned: z.boolean().optional(),
});

const rules = Object.fromEntries(Object.entries(RULES).map(([name, { schema }]) => [name, schema]));

const config = strictProperties({
  apps: z.array(app).min(1).optional(),
  merchants: z.array(merchant).min(1).optional(),
  people: z.array(person).min(1).optional(),
  routes: z.array(route).optional(),
  rules: optionalProperties(rules).optional(),
  seed: z.string().optional(),
});

/**
 * Reads a configuration file: merchants, accounts and mini programs, people, rules and routes. Keys
 * are PEM, or files beside the configuration. The first merchant and the first account are the
 * default ones.
 *
 * @param file the path of a JSON file
 * @throws {TypeError} naming the file, the place in it, and what is expected there
 * @example
 * const sim = await createSimulator(readSimulatorConfig('wechat.json'));
 * await sim.close();
 */
export function readSimulatorConfig(file: string): SimulatorOptions {
  const result = config.safeParse(parse(file));
  if (!result.success) throw new TypeError(`${file}: ${problemIn('', result.error)}`);
  const { apps, merchants, people, routes = [], rules, seed } = result.data;
  const [firstApp, ...otherApps] = apps ?? [];
  const known = apps?.map((one) => one.appid) ?? ['wx0123456789abcdef'];
  const [firstMerchant, ...otherMerchants] = (merchants ?? []).map((one) => ({
    ...one,
    appids: one.appids ?? known,
    ...(one.privateKey && { privateKey: pemOf(file, one.privateKey) }),
    ...(one.certificate && { certificate: pemOf(file, one.certificate) }),
    ...(one.publicKey && {
      publicKey: { ...one.publicKey, privateKey: pemOf(file, one.publicKey.privateKey) },
    }),
  }));
  const options = {
    ...(firstApp && { app: firstApp, apps: otherApps }),
    ...(firstMerchant && { merchant: firstMerchant, merchants: otherMerchants }),
    ...(people && { people }),
    ...(rules && { rules }),
    ...(seed !== undefined && { seed }),
    routes: routes.map(
      ({ method, path, ...answer }): RouteDefinition =>
        ({ method, path, handler: answer }) as RouteDefinition,
    ),
  };
  return options as SimulatorOptions;
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new TypeError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function pemOf(file: string, given: string): string {
  if (given.includes('-----BEGIN')) return given;
  const path = resolve(dirname(file), given);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TypeError(`${file} names the key file ${path}: ${(error as Error).message}`);
  }
}
