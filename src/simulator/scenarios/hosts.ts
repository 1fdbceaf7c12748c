import { oneOf, text, type ValuesOf } from './field.js';

const upOrDown = (host: string) =>
  oneOf(text(host, host), ['up', text('up', '正常')], ['down', text('down', '宕机')]);

/**
 * Which hosts of WeChat are down. Their connections are reset before anything is read. The
 * simulator's own page and interface stay.
 */
export const HOST_SETTINGS = {
  /**
   * api.mch.weixin.qq.com
   *
   * @default 'up'
   */
  primary: upOrDown('api.mch.weixin.qq.com'),
  /**
   * api2.mch.weixin.qq.com
   *
   * @default 'up'
   */
  backup: upOrDown('api2.mch.weixin.qq.com'),
  /**
   * The certificate of the TLS listener: a good one, or one that clients must refuse.
   *
   * @default 'good'
   */
  certificate: oneOf(
    text('TLS certificate', 'TLS 证书'),
    ['good', text('good', '正常')],
    ['untrusted', text('of an unknown CA', '未知 CA 签发')],
    ['expired', text('expired', '已过期')],
    ['otherName', text('for another host', '域名不符')],
  ),
};

/** Which hosts of WeChat are down. */
export type HostSwitches = ValuesOf<typeof HOST_SETTINGS>;
