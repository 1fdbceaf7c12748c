import { z } from 'zod';
import { oneOf, type Setting, setting, text, type ValuesOf } from './field.js';

export const PLATFORM_MODES = ['publicKey', 'certificates', 'mixed'] as const;

/**
 * How WeChat Pay signs towards a merchant in API v3: with a public key (merchants since 2024), with
 * certificates to download, or with both while a merchant moves from one to the other.
 */
export type PlatformMode = (typeof PLATFORM_MODES)[number];

const platform: Setting<PlatformMode | undefined> = setting(
  z.enum(PLATFORM_MODES).optional(),
  text('WeChat Pay signs with', '微信支付签名方式'),
  [undefined, text("the merchant's setting", '按商户设置')],
  ['publicKey', text('the public key', '微信支付公钥')],
  ['certificates', text('certificates', '平台证书')],
  ['mixed', text('both', '公钥与证书并存')],
);

/** What API v3 leaves open, and what can change for a merchant while it is running. */
export const V3_SETTINGS = {
  /**
   * How WeChat Pay signs towards every merchant. Without it each has a mode of its own.
   *
   * @default undefined
   */
  platform,
  /**
   * The key that signs notifications while both are in use (`merchant.platform = 'mixed'`).
   *
   * @default 'alternate'
   */
  notifyWith: oneOf(
    text('Mixed mode signs with', '混合模式的签名密钥'),
    ['alternate', text('both in turn', '交替使用')],
    ['publicKey', text('the public key', '公钥')],
    ['certificate', text('the certificate', '平台证书')],
  ),
  /**
   * What API v3 does with orders that API v2 placed: treats them as its own (`'works'`); does not
   * see them, so that their numbers are free for another order (`'unknown'`); or queries and closes
   * them and refuses to order their numbers again (`'used'`).
   *
   * @default 'works'
   */
  v2Orders: oneOf(
    text('v2 orders, seen from v3', 'v3 眼中的 v2 订单'),
    ['works', text('are orders', '视为订单')],
    ['unknown', text('do not exist', '不存在')],
    ['used', text('use up their numbers', '占用单号')],
  ),
};

/** What API v3 leaves open, and what can change for a merchant while it is running. */
export type V3Switches = ValuesOf<typeof V3_SETTINGS>;
