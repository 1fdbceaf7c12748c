import { createHash } from 'node:crypto';
import type { Clock } from './clock.js';
import { MerchantKeys, pemOf } from './v3/keys.js';
import type { Merchant, MerchantOptions, V3Credentials } from './world.js';

/** A merchant with everything WeChat gives one. */
export function createMerchant(options: MerchantOptions, clock: Clock): Merchant {
  const { mchid, apiV3Key = defaultApiV3Key(mchid), platform = 'publicKey' } = options;
  if (Buffer.byteLength(apiV3Key) !== 32) throw new TypeError(`"apiV3Key" of ${mchid} must be exactly 32 bytes`);
  const keys = new MerchantKeys(mchid, clock);
  return {
    ...options,
    apiV3Key,
    platform,
    keys,
    get v3() {
      return credentials(this);
    },
  };
}

const defaultApiV3Key = (mchid: string): string => createHash('md5').update(`apiV3Key ${mchid}`).digest('hex');

function credentials({ keys, apiV3Key, platform }: Merchant): V3Credentials {
  const own = {
    privateKey: pemOf(keys.privateKey),
    serial_no: keys.serial_no,
    certificate: keys.certificate,
    apiV3Key,
  };
  if (platform === 'certificates') return own;
  const platformKeys = { [keys.publicKey.serial]: keys.publicKey.pem };
  return platform === 'publicKey' ? { ...own, platformKeys } : { ...own, platformKeys, downloadCertificates: true };
}
