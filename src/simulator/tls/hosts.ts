/** The hosts of WeChat and WeChat Pay that a server talks to, and those that a page loads from. */
export const WECHAT_HOSTS: readonly string[] = [
  'api.mch.weixin.qq.com',
  'api2.mch.weixin.qq.com',
  'apihk.mch.weixin.qq.com',
  'apius.mch.weixin.qq.com',
  'fraud.mch.weixin.qq.com',
  'payapp.mch.weixin.qq.com',
  'payapp.weixin.qq.com',
  'wx.tenpay.com',
  'open.weixin.qq.com',
  'api.weixin.qq.com',
  'api2.weixin.qq.com',
  'sh.api.weixin.qq.com',
  'sz.api.weixin.qq.com',
  'hk.api.weixin.qq.com',
  'mp.weixin.qq.com',
  'res.wx.qq.com',
  'res2.wx.qq.com',
];

/** The names of this machine. */
export const OWN_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** The domains of the hosts above. */
export const WECHAT_DOMAINS: readonly string[] = ['weixin.qq.com', 'wx.qq.com', 'tenpay.com'];
