/** A WeChat account that people know by openids of its own: an official account. */
export interface App {
  appid: string;
  secret: string;
  /**
   * 网页授权域名: the host that OAuth may return to, optionally with a path.
   *
   * @default any host
   */
  oauthDomain?: string;
  /** The scopes that the account may ask for. */
  scopes: readonly ('snsapi_base' | 'snsapi_userinfo')[];
}
