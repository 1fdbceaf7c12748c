import type { Middleware } from 'koa';
import { type OAuthState, wxOAuth } from 'koa-wxpay';
import { messagePage } from '../pages/message.js';
import type { Shop } from '../shop.js';

export interface Login {
  /** Finds out the openid without asking the user (`snsapi_base`). */
  openid: Middleware<OAuthState>;
  /** The same with name and picture, which the user is asked for (`snsapi_userinfo`). */
  profile: Middleware<OAuthState>;
  /** Before `openid`, for posted forms: after the login has run out, the page of the form is shown, which logs in again. */
  backToPage: Middleware;
}

export function createLogin({ wechat }: Shop): Login {
  const account = {
    ...wechat.account,
    origin: wechat.origin,
    onOutsideWechat: (ctx, { address }) => {
      // Who wants to buy something can do so here, too.
      const good = /^\/goods\/([\w-]+)$/.exec(new URL(address).pathname)?.[1];
      ctx.body = messagePage({
        title: '请在微信中打开',
        text: '请复制下面的地址，发送到微信后点开。',
        english: 'Send this address to a WeChat chat and open it there.',
        copy: address,
        ...(good && { actions: [{ href: `/web/goods/${good}`, text: '在此浏览器中购买 Buy in this browser' }] }),
      });
    },
    onDenied: (ctx, { address }) => {
      ctx.body = messagePage({
        title: '没有获得授权',
        text: '没关系，不显示昵称也可以购买和支付。',
        english: 'You did not share your name. You can buy and pay without it.',
        actions: [
          { href: '/orders', text: '继续 Go on without' },
          { href: address, text: '重新授权 Ask me again', quiet: true },
        ],
      });
    },
  } satisfies Parameters<typeof wxOAuth>[0];

  return {
    openid: wxOAuth(account),
    profile: wxOAuth({ ...account, scope: 'snsapi_userinfo' }),
    async backToPage(ctx, next) {
      await next();
      if (ctx.status !== 401) return;
      // Where the form stands is told by the form: a Referer may name any page, of any site.
      const { good } = ctx.request.body as Record<string, unknown>;
      const page = typeof good === 'string' ? `/goods/${encodeURIComponent(good)}` : '/';
      ctx.redirect(wechat.origin + page);
      ctx.status = 303;
    },
  };
}
