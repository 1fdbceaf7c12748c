import { z } from 'zod';
import { type App, kindOf } from '../accounts/app.js';
import type { Merchant } from '../accounts/merchant.js';
import type { Person, PersonOptions } from '../accounts/person.js';
import { issueCode, type LoginRequest } from '../oauth/issue-code.js';
import { merchantOf } from '../payments/place.js';
import { strictProperties } from '../scenarios/check.js';
import { PLATFORM_MODES } from '../scenarios/v3.js';
import type { SimulatorState } from '../state.js';
import { type ControlEndpoint, endpoint, notFound } from './endpoint.js';
import { fen, time } from './views/common.js';

const platform = z
  .enum(PLATFORM_MODES)
  .describe('how WeChat Pay signs towards the merchant in API v3');

export const merchant = z.strictObject({
  mchid: z.string(),
  appids: z.array(z.string()),
  platform,
  key: z.string().describe('the APIv2 key'),
  apiV3Key: z.string(),
  serial_no: z.string().describe("the serial of the merchant's certificate"),
  privateKey: z.string().describe('apiclient_key.pem'),
  certificate: z.string().describe('apiclient_cert.pem'),
  publicKey: z.strictObject({
    id: z.string().describe('PUB_KEY_ID_…'),
    pem: z.string().describe('pub_key.pem'),
  }),
  certificates: z
    .array(z.strictObject({ serial: z.string(), pem: z.string(), effectiveAt: time }))
    .describe('the platform certificates, oldest first'),
});

export const app = z.strictObject({
  appid: z.string(),
  secret: z.string(),
  kind: z.enum(['officialAccount', 'miniProgram', 'mobileApp']),
});

export const person = z.strictObject({
  id: z.string(),
  name: z.string(),
  unionid: z.string(),
  openids: z.record(z.string(), z.string()).describe('by appid'),
  balance: fen.nullable().describe('null is enough for everything'),
});

const merchantView = ({ mchid, appids, platform, key, apiV3Key, keys, v3 }: Merchant) => ({
  mchid,
  appids: [...appids],
  platform,
  key,
  apiV3Key,
  serial_no: keys.serial_no,
  privateKey: v3.privateKey,
  certificate: v3.certificate,
  publicKey: { id: keys.publicKey.serial, pem: keys.publicKey.pem },
  certificates: keys
    .platformCertificates()
    .map(({ serial, pem, effectiveAt }) => ({ serial, pem, effectiveAt })),
});

const appView = (of: App) => ({ appid: of.appid, secret: of.secret, kind: kindOf(of) });

/** Shows a person. */
export const personView = ({ apps }: Pick<SimulatorState, 'apps'>, of: Person) => ({
  id: of.id,
  name: of.name,
  unionid: of.unionid,
  openids: Object.fromEntries([...apps.keys()].map((appid) => [appid, of.openid(appid)])),
  balance: of.balance ?? null,
});

const balance = fen.nullable().optional().describe('fen; null is enough for everything');

/** Merchants, accounts and people: their credentials, and what can be changed about them. */
export const partyEndpoints = (state: SimulatorState): ControlEndpoint[] => {
  const findMerchant = (mchid = ''): Merchant =>
    state.merchants.get(mchid) ?? notFound(`merchant ${mchid}`);
  const findPerson = (id = ''): Person => state.people.get(id) ?? notFound(`person ${id}`);
  return [
    endpoint({
      method: 'GET',
      path: '/__sim/merchants',
      summary: 'Lists merchants with their credentials',
      tag: 'Merchants, accounts and people',
      answer: z.strictObject({ merchants: z.array(merchant) }),
      handle: () => ({ merchants: [...state.merchants.values()].map(merchantView) }),
    }),
    endpoint({
      method: 'PATCH',
      path: '/__sim/merchants/{mchid}',
      summary: 'Changes how WeChat Pay signs towards a merchant',
      tag: 'Merchants, accounts and people',
      body: strictProperties({ platform: platform.optional() }),
      answer: merchant,
      handle: ({ params, body }) => {
        const of = findMerchant(params.mchid);
        if (body.platform) of.platform = body.platform;
        return merchantView(of);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/__sim/merchants/{mchid}/rotate',
      summary: 'Issues a new platform certificate',
      tag: 'Merchants, accounts and people',
      body: strictProperties({
        ahead: z.number().min(0).optional().describe('milliseconds until it is in force'),
        overlap: z
          .number()
          .min(0)
          .optional()
          .describe('milliseconds that the old ones stay known after that; default a day'),
      }),
      answer: z.strictObject({ serial: z.string(), merchant }),
      handle: ({ params, body }) => {
        const of = merchantOf(state, findMerchant(params.mchid).mchid);
        const serial = of.keys.rotate(body as { ahead?: number; overlap?: number });
        return { serial, merchant: merchantView(of) };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/__sim/apps',
      summary: 'Lists accounts and mini programs with their secrets',
      tag: 'Merchants, accounts and people',
      answer: z.strictObject({ apps: z.array(app) }),
      handle: () => ({ apps: [...state.apps.values()].map(appView) }),
    }),
    endpoint({
      method: 'GET',
      path: '/__sim/people',
      summary: 'Lists people',
      tag: 'Merchants, accounts and people',
      answer: z.strictObject({ people: z.array(person) }),
      handle: () => ({ people: [...state.people.values()].map((of) => personView(state, of)) }),
    }),
    endpoint({
      method: 'POST',
      path: '/__sim/people',
      summary: 'Adds a person, or replaces the one with this id',
      tag: 'Merchants, accounts and people',
      body: strictProperties({
        id: z.string().regex(/^[\w-]{1,64}$/, 'expected letters, digits, _ and -'),
        name: z.string().min(1).max(64).optional(),
        unionid: z.string().optional(),
        openids: z.record(z.string(), z.string()).optional().describe('by appid'),
        balance: fen.optional().describe('default enough for everything'),
      }),
      answer: person,
      status: 201,
      handle: ({ body }) => personView(state, state.people.add(body as PersonOptions)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/__sim/people/{id}',
      summary: 'Changes what a person can pay with',
      tag: 'Merchants, accounts and people',
      body: strictProperties({ balance }),
      answer: person,
      handle: ({ params, body }) => {
        const of = findPerson(params.id);
        if (body.balance !== undefined) state.people.setBalance(of, body.balance ?? undefined);
        return personView(state, of);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/__sim/codes',
      summary: 'Issues the code of a login without a page',
      tag: 'Merchants, accounts and people',
      body: strictProperties({
        appid: z.string().optional().describe('an account or mini program; default the first'),
        person: z.string().optional().describe('the id; default the first person'),
        scope: z.enum(['snsapi_base', 'snsapi_userinfo']).optional(),
        snapshot: z.boolean().optional(),
      }),
      answer: z.strictObject({ code: z.string() }),
      status: 201,
      handle: ({ body }) => ({ code: issueCode(state, body as LoginRequest) }),
    }),
  ];
};
