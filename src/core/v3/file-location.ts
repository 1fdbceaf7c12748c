/** Hosts of WeChat Pay: the two that are asked, their alternates, and those for other regions. */
const WECHAT_ORIGINS: ReadonlySet<string> = new Set([
  'https://api.mch.weixin.qq.com',
  'https://api2.mch.weixin.qq.com',
  'https://api.wechatpay.cn',
  'https://api2.wechatpay.cn',
  'https://apihk.mch.weixin.qq.com',
  'https://apius.mch.weixin.qq.com',
]);

/** Where a file lies that WeChat Pay offers for download. */
export interface FileLocation {
  /** Path and query as WeChat knows them: what is signed. */
  path: string;
  /** The base address to ask: one of the merchant's own, or WeChat's where the merchant asks WeChat itself. */
  host: string;
}

/**
 * The address is trusted if it names WeChat Pay or a host the merchant configured, because the request is signed. A merchant
 * that calls WeChat through a proxy fetches the file through the proxy, whatever host the address names.
 *
 * @param own the configured base addresses, the first one first
 * @returns `undefined` for any other host
 */
export function locateFile(url: URL, own: readonly string[]): FileLocation | undefined {
  const base = own.find((address) => new URL(address).origin === url.origin);
  if ((base === undefined && !WECHAT_ORIGINS.has(url.origin)) || url.username || url.password) return undefined;
  const path = url.pathname + url.search;
  if (base !== undefined) return { host: base, path: withoutPrefix(path, new URL(base).pathname) };
  const [first] = own as [string];
  return { host: WECHAT_ORIGINS.has(new URL(first).origin) ? url.origin : first, path };
}

/** A proxy that also rewrites answers puts its own path in front. */
function withoutPrefix(path: string, prefix: string): string {
  return prefix !== '/' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}
