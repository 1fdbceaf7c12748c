/** What may happen to somebody on the way to an openid. */
export interface OAuthSwitches {
  /** Who answers the consent page of `snsapi_userinfo`: the person, or nobody needs to. @default 'ask' */
  consent: 'ask' | 'allow' | 'deny';
  /** After a denial: back to the page with `state` alone, or staying where one is. @default 'redirect' */
  denied: 'redirect' | 'stay';
  /** Turns away browsers that are not WeChat. The phone is WeChat, whatever browser shows it. @default true */
  requireWechat: boolean;
  /** Turns away links whose parameters are not in the documented order, as old clients do. @default false */
  parameterOrder: boolean;
  /** Shows this error page (`10004`, `10009`, …) to everybody. */
  errorPage: number | undefined;
  /** Everybody is a snapshot user: virtual ids, `is_snapshotuser: 1`. @default false */
  snapshot: boolean;
  /** What `/sns/userinfo` answers a snapshot user. @default 'refuse', 48001 */
  snapshotUserinfo: 'refuse' | 'answer';
  /** The page is called twice, with one `state` and two codes. @default false */
  doubleCallback: boolean;
  /** What the second exchange of one code is answered. @default 40163 */
  usedCode: 40163 | 40029;
  /** What a wrong secret is answered. @default 40125 */
  wrongSecret: 40125 | 40001;
  /** Error numbers to answer, by path: `{ '/sns/oauth2/access_token': -1, '/cgi-bin/token': 45009 }`. */
  errors: Record<string, number | undefined>;
}

export const defaultOAuthSwitches = (): OAuthSwitches => ({
  consent: 'ask',
  denied: 'redirect',
  requireWechat: true,
  parameterOrder: false,
  errorPage: undefined,
  snapshot: false,
  snapshotUserinfo: 'refuse',
  doubleCallback: false,
  usedCode: 40163,
  wrongSecret: 40125,
  errors: {},
});
