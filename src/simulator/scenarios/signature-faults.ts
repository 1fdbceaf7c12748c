import { flag } from './field.js';

/** Faults of the headers that sign an answer or a notification of API v3. */
export const SIGNATURE_FAULTS = {
  /** Sends WeChat's own probe, a signature that starts with `WECHATPAY/SIGNTEST/`. */
  signTest: flag('v3: probe signature', 'v3：探测签名'),
  /** Signs correctly with a timestamp of ten minutes ago. */
  staleTimestamp: flag('v3: ten minutes old', 'v3：时间戳早于十分钟'),
  /** Signs with an unknown key under an unknown serial. */
  unknownSerial: flag('v3: unknown serial', 'v3：未知的序列号'),
  /** Leaves the headers out, as a proxy might. */
  missingHeaders: flag('v3: headers missing', 'v3：缺少签名头'),
  /** Sends each header twice. */
  duplicateHeaders: flag('v3: headers twice', 'v3：签名头重复'),
};
