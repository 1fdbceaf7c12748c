import type { OAuthUser } from '../core/oauth/token.js';

/** What `wxOAuth` puts on `ctx.state`. */
export interface OAuthState {
  wxpay: {
    /** The user of this browser, as the account of `wxOAuth` knows them; from the session, never from the request. */
    openid: string;
    /** With `scope: 'snsapi_userinfo'`. */
    user?: OAuthUser;
  };
}
