import type { Context } from 'koa';

/** Headers of every answer to or with an address that holds a `code` or a `state`. */
export const PRIVATE_HEADERS = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' };

export interface Page {
  status: number;
  title: string;
  text: string;
  english: string;
  /** Text of the link to the address. Without it the address itself is shown, to be copied. */
  again?: string;
  /** The link opens the whole window, out of the frame the page is in. */
  top?: boolean;
}

export const OUTSIDE: Page = {
  status: 403,
  title: '请在微信中打开',
  text: '此页面只能在微信客户端中使用。请复制下面的地址，发送到微信后点击打开。',
  english: 'Please open this page in WeChat.',
};

export const DENIED: Page = {
  status: 403,
  title: '您取消了授权',
  text: '未获得授权，无法继续。如需继续，请重新授权。',
  english: 'You did not grant access, so this page cannot go on.',
  again: '重新授权 Try again',
};

export const SNAPSHOT: Page = {
  status: 403,
  title: '请使用完整服务',
  text: '当前为快照页面，无法下单或支付。请点击页面底部的“使用完整服务”后继续。',
  english: 'This is a snapshot page. Tap “使用完整服务” below to use the full service.',
  again: '重新打开 Open again',
};

export const STRANGE: Page = {
  status: 403,
  title: '登录未完成',
  text: '此登录链接已失效，或来自另一个浏览器。请重新开始。',
  english: 'This login link has expired or belongs to another browser. Please start again.',
  again: '重新开始 Start again',
};

export const EXHAUSTED: Page = {
  status: 403,
  title: '登录未成功',
  text: '多次尝试登录均未成功。请稍后重试；若仍不成功，请关闭页面后从微信重新进入，并确认未禁用 Cookie。',
  english: 'Logging in failed several times. Please try again in a moment, with cookies allowed.',
  again: '重试 Try again',
};

export const FRAMED: Page = {
  status: 403,
  title: '请在整个窗口中打开',
  text: '此页面嵌在其他页面中，无法在这里完成微信登录。请点击下面的链接，在整个窗口中打开。',
  english: 'WeChat cannot log you in inside another page. Open this page in the whole window.',
  again: '打开页面 Open the page',
  top: true,
};

export const MALFORMED: Page = {
  status: 400,
  title: '地址有误',
  text: '无法识别此页面地址，请从原入口重新进入。',
  english: 'This address is not valid.',
};

/** Answers with a small page without scripts and resources. Of the request it shows only the address, escaped. */
export function showPage(ctx: Context, { status, title, text, english, again, top }: Page, address?: string): void {
  const target = top ? ' target="_top"' : '';
  const link = address && `<p><a href="${escapeHtml(address)}"${target}>${escapeHtml(again ?? address)}</a></p>`;
  ctx.set({
    ...PRIVATE_HEADERS,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    'X-Content-Type-Options': 'nosniff',
  });
  ctx.status = status;
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:28em;margin:15vh auto;padding:0 1.5em;text-align:center;overflow-wrap:anywhere}
small{color:#666}a{color:#07883f}</style>
<h1>${title}</h1>
<p>${text}<br><small>${english}</small></p>
${link ?? ''}
</html>
`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
