import type Koa from 'koa';

/** What is known about a shop. Everything may be absent, and what is absent is not checked. */
export interface Facts {
  appid?: string;
  mchid?: string;
  /** Where WeChat Pay reports payments and refunds. */
  notifyUrls: readonly string[];
  v3?: V3Facts;
  v2?: V2Facts;
  /** Scheme and host of the shop's pages. */
  origin?: string;
  /** Pages that call WeixinJSBridge. */
  pages: readonly string[];
  settings: Settings;
  app?: Koa;
}

/** Credentials of API v3, not checked yet. */
export interface V3Facts {
  privateKey?: unknown;
  certificate?: unknown;
  serial_no?: unknown;
  apiV3Key?: unknown;
  platformKeys?: Readonly<Record<string, unknown>>;
}

/** Credentials of API v2, not checked yet. */
export interface V2Facts {
  key?: unknown;
  /** `apiclient_cert.p12` or its base64, for refunds. */
  clientPfx?: unknown;
  /** The same as PEM. */
  clientCertificate?: unknown;
  clientKey?: unknown;
}

/** What is entered in WeChat's consoles. */
export interface Settings {
  /** 网页授权域名 */
  oauthDomains?: readonly string[];
  /** JS接口安全域名 */
  jsDomains?: readonly string[];
  /** JSAPI 支付授权目录 */
  payDirectories?: readonly string[];
  /** H5 支付域名 */
  h5Domains?: readonly string[];
}
