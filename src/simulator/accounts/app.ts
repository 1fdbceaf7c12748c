/** What an appid belongs to. */
export type AppKind = 'officialAccount' | 'miniProgram' | 'mobileApp';

/** An account of WeChat: people have an openid of their own for each. */
export interface App {
  appid: string;
  secret: string;
  /**
   * What the appid belongs to. Only official accounts have a login page, and only mini programs
   * have `/sns/jscode2session`.
   *
   * @default 'officialAccount'
   */
  kind?: AppKind;
  /**
   * 网页授权域名: the host that OAuth may return to, optionally with a path.
   *
   * @default any host
   */
  oauthDomain?: string;
  /**
   * The scopes that the account may ask for.
   *
   * @default none
   */
  scopes?: readonly ('snsapi_base' | 'snsapi_userinfo')[];
}

export const kindOf = ({ kind = 'officialAccount' }: App): AppKind => kind;
