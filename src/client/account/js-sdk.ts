import { type Credential, isStaleToken, readJsapiTicket, readStableToken } from '../../core/account/access-token.js';
import type { TokenCache } from '../../core/account/token-cache.js';
import { MINUTE, SECOND } from '../../util/clock.js';
import { type Account, callAccount } from './account.js';
import { withoutSecrets } from './exchange-code.js';
import { sharing } from './sharing.js';

/**
 * The jsapi_ticket of an account. Taken from the cache while it is good; else fetched by one caller, with an access token
 * that is itself cached, and renewed once when WeChat refuses it (40001, 40014, 42001).
 *
 * @throws {ApiError}, TransportError, WxpayError `ERR_WXPAY_BAD_ANSWER` or `ERR_WXPAY_STORE_FAILED`
 */
export function createTicketSource(account: Account, cache: TokenCache): () => Promise<string> {
  const { appid } = account;
  const shared = sharing(cache);

  const accessToken = (refused?: string): Promise<string> =>
    shared(
      `access_token:${appid}`,
      async () => {
        const token = await stableToken(account, false);
        // the token that was refused comes back only while WeChat believes in it: only then is it forced, 20 times a day at most
        return lasting(token.value === refused ? await stableToken(account, true) : token);
      },
      refused,
    );

  return () =>
    shared(`jsapi_ticket:${appid}`, async () => {
      const token = await accessToken();
      try {
        return lasting(await jsapiTicket(account, token));
      } catch (error) {
        if (!isStaleToken(error)) throw error;
        return lasting(await jsapiTicket(account, await accessToken(token)));
      }
    });
}

// an old credential overlaps the next by five minutes; pages already served still need it in that time
const lasting = ({ value, expires_in }: Credential) => ({
  value,
  lifetime: Math.max(expires_in * SECOND - 5 * MINUTE, 10 * SECOND),
});

async function stableToken(account: Account, force_refresh: boolean): Promise<Credential> {
  const { appid, secret } = account;
  return callAccount(account, {
    operation: 'cgi-bin/stable_token',
    path: '/cgi-bin/stable_token',
    json: { grant_type: 'client_credential', appid, secret, ...(force_refresh && { force_refresh }) },
    read: (body) => withoutSecrets('cgi-bin/stable_token', [secret], () => readStableToken(body)),
  });
}

async function jsapiTicket(account: Account, access_token: string): Promise<Credential> {
  return callAccount(account, {
    operation: 'cgi-bin/ticket/getticket',
    path: '/cgi-bin/ticket/getticket',
    query: { access_token, type: 'jsapi' },
    read: (body) => withoutSecrets('cgi-bin/ticket/getticket', [access_token], () => readJsapiTicket(body)),
  });
}
