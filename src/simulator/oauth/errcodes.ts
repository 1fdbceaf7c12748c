/** The texts of the errors of api.weixin.qq.com. */
const TEXTS = {
  '-1': 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40030: 'invalid refresh_token',
  40125: 'invalid appsecret',
  40163: 'code been used',
  41001: 'access_token missing',
  41002: 'appid missing',
  41003: 'refresh_token missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41009: 'openid missing',
  42001: 'access_token expired',
  42002: 'refresh_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  45009: 'reach max api daily quota limit',
  47001: 'data format error',
  48001: 'api unauthorized',
} as const;

/** The errors that the simulator returns by itself. */
export type Errcode = -1 | Exclude<keyof typeof TEXTS, '-1'>;

export const textOf = (errcode: number): string =>
  (TEXTS as Record<string, string>)[String(errcode)] ?? 'refused';
