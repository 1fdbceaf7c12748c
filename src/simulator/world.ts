import { createHash } from 'node:crypto';
import type { Clock } from './clock.js';
import type { PostOffice } from './deliveries/post-office.js';
import type { Ledger } from './ledger/ledger.js';
import type { Refunds } from './ledger/refunds.js';
import type { Random } from './random.js';
import type { Switches } from './switches.js';
import type { MerchantKeys } from './v3/keys.js';

/** An official account. */
export interface App {
  appid: string;
  secret: string;
  /** 网页授权域名: the host OAuth may return to. Absent: any host. */
  oauthDomain?: string;
  /** What the account may ask for. */
  scopes: readonly ('snsapi_base' | 'snsapi_userinfo')[];
}

/**
 * How WeChat Pay proves itself to a merchant over API v3: by a public key (merchants since 2024), by certificates to download, or
 * by both while a merchant moves from one to the other.
 */
export type PlatformMode = 'publicKey' | 'certificates' | 'mixed';

/** What is said of a merchant when the simulator starts. */
export interface MerchantOptions {
  mchid: string;
  /** The accounts it may take payments for. */
  appids: readonly string[];
  /** APIv2 key. */
  key: string;
  /** 32 bytes. @default one that is the same on every start */
  apiV3Key?: string;
  /** May be changed later. @default 'publicKey' */
  platform?: PlatformMode;
  /** JSAPI 支付授权目录. Absent: pages of any address may pay. */
  payDirectories?: readonly string[];
  /** The merchant platform's own address for refunds that named none: told in v2's form, whatever API refunded. */
  refundNotifyUrl?: string;
  /** The merchants it serves as a service provider, and their accounts: `{ '1900000110': ['wxfedcba9876543210'] }`. */
  subMerchants?: Readonly<Record<string, readonly string[]>>;
}

/** What `createWxpay` takes as `v3`. */
export interface V3Credentials {
  privateKey: string;
  serial_no: string;
  certificate: string;
  apiV3Key: string;
  platformKeys?: Record<string, string>;
  downloadCertificates?: boolean;
}

export interface Merchant extends MerchantOptions {
  apiV3Key: string;
  platform: PlatformMode;
  /** RSA keys, made once per process when first asked for. */
  readonly keys: MerchantKeys;
  /** `createWxpay({ v3: merchant.v3 })`, as `platform` has it at this moment. */
  readonly v3: V3Credentials;
}

/** Somebody with a phone. */
export interface Person {
  id: string;
  name: string;
  unionid: string;
  /** Their number at one account: the same on every start. */
  openid(appid: string): string;
}

/** Everything there is, for the parts of the simulator to share. */
export interface World {
  clock: Clock;
  random: Random;
  apps: Map<string, App>;
  merchants: Map<string, Merchant>;
  people: Map<string, Person>;
  ledger: Ledger;
  refunds: Refunds;
  deliveries: PostOffice;
  switches: Switches;
  rules: Rules;
  /** Where the simulator is reached; filled in once it listens. */
  urls: { primary: string; backup: string; phone?: string };
}

/** What WeChat does not document, with the choice that is made here unless told otherwise. */
export interface Rules {
  /** What ordering again inside two hours returns. @default 'same' */
  reissue: 'same' | 'new';
  /** Whether another `notify_url` makes it another order. @default true */
  compareNotifyUrl: boolean;
  /** Sends of one notification in all: 16 (15 retries) or 15. @default 16 */
  sends: 15 | 16;
  /** Accepts notify addresses of plain http anywhere, and certificates nobody signed; otherwise plain http reaches loopback only. @default false */
  notifyInsecure: boolean;
  /** What API v3 answers somebody who orders again, or closes, what is paid. @default 'ORDER_PAID' */
  orderPaidCode: 'ORDER_PAID' | 'ORDERPAID';
  /** What API v3 answers a refund number that comes again with another amount or order. @default 'INVALID_REQUEST' */
  refundMismatchCode: 'INVALID_REQUEST' | 'REFUND_FEE_MISMATCH';
  /** Seconds between two refunds of one order; WeChat asks for 60 and is not known to insist. @default 0 */
  refundGap: number;
  /** What the hash of a compressed bill is of: the text, or the bytes that travel. @default 'text' */
  billHash: 'text' | 'travelled';
  /** The signature API v2 wants for fund-flow bills. @default 'HMAC-SHA256' */
  fundFlowSignType: 'any' | 'HMAC-SHA256';
  /** Real milliseconds a receiver has for its answer. @default 5000 */
  notifyTimeout: number;
}

export const defaultRules: Rules = {
  reissue: 'same',
  compareNotifyUrl: true,
  sends: 16,
  notifyInsecure: false,
  orderPaidCode: 'ORDER_PAID',
  refundMismatchCode: 'INVALID_REQUEST',
  refundGap: 0,
  billHash: 'text',
  fundFlowSignType: 'HMAC-SHA256',
  notifyTimeout: 5000,
};

/** `o` and 27 characters, different at every account and always the same for one person. */
const openidOf = (id: string, appid: string): string =>
  `o${createHash('sha256').update(`openid ${id} ${appid}`).digest('base64url').slice(0, 27)}`;

export function createPerson(id: string, name: string): Person {
  const openids = new Map<string, string>();
  return {
    id,
    name,
    unionid: `o${createHash('sha256').update(`unionid ${id}`).digest('base64url').slice(0, 27)}`,
    openid: (appid) => {
      const openid = openids.get(appid) ?? openidOf(id, appid);
      openids.set(appid, openid);
      return openid;
    },
  };
}

/** The person behind an openid of that account. */
export const personBehind = (world: Pick<World, 'people'>, appid: string, openid: string): Person | undefined =>
  [...world.people.values()].find((person) => person.openid(appid) === openid);
