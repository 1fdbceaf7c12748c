import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { type KeyRing, pemOf } from '../crypto/rsa-keys.js';
import type { PlatformMode, V3Switches } from '../scenarios/v3.js';
import type { GivenKeys } from './given-keys.js';
import { MerchantKeys } from './merchant-keys.js';
import type { KeptCertificate } from './platform-certificates.js';

/** The facts of a merchant that `createSimulator` takes. */
export interface MerchantOptions extends GivenKeys {
  /** The merchant number. */
  mchid: string;
  /** The accounts that the merchant may take payments for. */
  appids: readonly string[];
  /** The APIv2 key. */
  key: string;
  /**
   * The APIv3 key, 32 bytes.
   *
   * @default a key that is the same at every start
   */
  apiV3Key?: string;
  /**
   * How WeChat Pay signs towards this merchant. It can be changed at any time.
   *
   * @default 'publicKey'
   */
  platform?: PlatformMode;
  /**
   * JSAPI 支付授权目录.
   *
   * @default pages of any address may pay
   */
  payDirectories?: readonly string[];
  /**
   * H5 支付域名: the hosts of the pages that may lead to an H5 payment, which then need a Referer.
   *
   * @default any page
   */
  h5Domains?: readonly string[];
  /**
   * The address, set in the merchant platform, for notifications of refunds that named none. They
   * have the form of API v2, whichever API refunded.
   */
  refundNotifyUrl?: string;
  /**
   * The merchants that this one serves as a service provider, and their accounts:
   * `{ '1900000110': ['wxfedcba9876543210'] }`.
   */
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

/** A merchant with everything WeChat Pay gives to one. */
export interface Merchant extends Omit<MerchantOptions, keyof GivenKeys> {
  apiV3Key: string;
  /** How WeChat Pay signs towards this merchant now: as set here, or by `switches.v3.platform`. */
  platform: PlatformMode;
  /** The merchant's RSA keys, and those that WeChat Pay uses towards it. */
  readonly keys: MerchantKeys;
  /** The `v3` option of `createWxpay`, for the present `platform`. */
  readonly v3: V3Credentials;
  /** What is kept over a restart. */
  kept(): KeptMerchant;
  /** Takes what an earlier run kept. */
  restore(kept: KeptMerchant): void;
}

interface Surroundings {
  ring: KeyRing;
  clock: Clock;
  /** The time by which the shop goes. */
  shopNow: () => number;
  switches: { v3: Pick<V3Switches, 'platform'> };
  /** Is called when keys or the mode of a merchant have changed. */
  onChange: (mchid: string) => void;
}

/** What of a merchant is kept over a restart. */
export interface KeptMerchant {
  key: string;
  apiV3Key: string;
  platform: PlatformMode;
  certificates: readonly KeptCertificate[];
}

/** @throws {TypeError} when a key is not what it must be */
export function createMerchant(options: MerchantOptions, around: Surroundings): Merchant {
  const { privateKey, certificate, serial_no, publicKey, ...facts } = options;
  const { mchid } = facts;
  const given = {
    ...(privateKey !== undefined && { privateKey }),
    ...(certificate !== undefined && { certificate }),
    ...(serial_no !== undefined && { serial_no }),
    ...(publicKey && { publicKey }),
  };
  const onChange = (): void => around.onChange(mchid);
  let { platform = 'publicKey', key } = facts;
  let apiV3Key = checkedApiV3Key(mchid, facts.apiV3Key ?? defaultApiV3Key(mchid));
  const keys = new MerchantKeys(mchid, given, { ...around, onChange });
  return {
    ...facts,
    get key() {
      return key;
    },
    set key(text) {
      key = text;
      onChange();
    },
    get apiV3Key() {
      return apiV3Key;
    },
    set apiV3Key(text) {
      apiV3Key = checkedApiV3Key(mchid, text);
      onChange();
    },
    get platform() {
      return around.switches.v3.platform ?? platform;
    },
    set platform(mode) {
      platform = mode;
      onChange();
    },
    keys,
    get v3() {
      return credentials(this);
    },
    kept: () => ({ key, apiV3Key, platform, certificates: keys.kept() }),
    restore: (kept) => {
      ({ key, apiV3Key, platform } = kept);
      keys.restore(kept.certificates);
    },
  };
}

function checkedApiV3Key(mchid: string, apiV3Key: string): string {
  if (Buffer.byteLength(apiV3Key) === 32) return apiV3Key;
  throw new TypeError(`"apiV3Key" of merchant ${mchid} must be exactly 32 bytes`);
}

const defaultApiV3Key = (mchid: string): string =>
  createHash('md5').update(`apiV3Key ${mchid}`).digest('hex');

function credentials({ keys, apiV3Key, platform }: Merchant): V3Credentials {
  const own = {
    privateKey: pemOf(keys.privateKey),
    serial_no: keys.serial_no,
    certificate: keys.certificate,
    apiV3Key,
  };
  if (platform === 'certificates') return own;
  const platformKeys = { [keys.publicKey.serial]: keys.publicKey.pem };
  return platform === 'publicKey'
    ? { ...own, platformKeys }
    : { ...own, platformKeys, downloadCertificates: true };
}
