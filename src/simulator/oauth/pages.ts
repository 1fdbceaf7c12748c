import { document, type Markup, markup, scriptJson } from '../pages/markup.js';

const style = `
:root { color-scheme: light }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; background: #ededed; color: #1a1a1a; font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; display: flex; flex-direction: column }
main { flex: 1; display: flex; flex-direction: column; max-width: 480px; width: 100%; margin: 0 auto; padding: 56px 28px 40px; background: #fff }
.mark { width: 56px; height: 56px; border-radius: 14px; background: #07c160; color: #fff; font-size: 28px; line-height: 56px; text-align: center; margin-bottom: 20px }
.mark.bad { background: #fa5151 }
.mark.info { background: #10aeff }
h1 { font-size: 21px; line-height: 1.4; margin: 0 0 8px; font-weight: 600 }
p { margin: 0 0 8px; color: #666; font-size: 15px }
small { color: #999; font-size: 13px; overflow-wrap: anywhere }
.who { display: flex; gap: 12px; align-items: center; margin: 20px 0; padding: 14px 0; border-block: 1px solid #ececec }
.who b { width: 40px; height: 40px; border-radius: 6px; background: #dff5e8; color: #07a150; text-align: center; line-height: 40px; flex: none }
form { margin-top: auto; display: grid; gap: 14px; padding-top: 32px }
button { font: inherit; font-size: 17px; font-weight: 500; border: 0; border-radius: 8px; padding: 11px 0; width: min(220px, 100%); margin: 0 auto; cursor: pointer }
.allow { background: #07c160; color: #fff } .allow:hover { background: #06ad56 }
.deny { background: #f2f2f2; color: #07c160 } .deny:hover { background: #e6e6e6 }
button:focus-visible { outline: 3px solid #9fdcb9; outline-offset: 2px }
iframe { display: none }`;

const page = (title: string, body: Markup): string => document(title, style, markup`<main>${body}</main>`);

/** The errors of the authorize page: they end there, the shop hears nothing of them. */
export function errorPage(code: number, text: string): string {
  return page(
    '错误 · Error',
    markup`<div class="mark bad">!</div><h1>${text}</h1><p>错误码 Error code: ${code}</p><small>${HINTS[code]}</small>`,
  );
}

const HINTS: Record<number, string> = {
  10003: 'The host of redirect_uri is not the 网页授权域名 of this account.',
  10004: 'This account is banned.',
  10005: 'This account may not ask for this scope.',
  10006: 'This test account must be followed first.',
  10009: 'Too frequent. Try again later.',
  10010: 'The scope is missing.',
  10011: 'The redirect_uri is missing.',
  10012: 'The appid is missing or belongs to nobody.',
  10013: 'The state is missing or longer than 128 bytes.',
  10015: 'This account has not authorised the third-party platform.',
  10016: 'This appid is not one of an official account.',
};

/** Where the answer of the consent page goes: the same address. */
export function consentPage({ appid, name }: { appid: string; name: string }): string {
  return page(
    '微信授权 · WeChat login',
    markup`<div class="mark">✓</div>
<h1>申请使用你的微信头像、昵称</h1>
<p>This shop asks for your name and picture.</p>
<small>${appid}</small>
<div class="who"><b>${name.slice(0, 1)}</b><div>${name}<br><small>微信个人信息 · your WeChat profile</small></div></div>
<form method="post">
<button class="allow" name="answer" value="allow">允许 Allow</button>
<button class="deny" name="answer" value="deny">拒绝 Deny</button>
</form>`,
  );
}

export const deniedPage = (): string =>
  page(
    '已拒绝 · Denied',
    markup`<div class="mark info">i</div><h1>你已拒绝授权</h1><p>You denied access. The shop was not told.</p>`,
  );

export const outsidePage = (): string =>
  page(
    '请在微信客户端打开链接',
    markup`<div class="mark info">i</div><h1>请在微信客户端打开链接</h1><p>Open this link in WeChat.</p>`,
  );

export const linkPage = (): string =>
  page(
    '参数错误 · Wrong link',
    markup`<div class="mark bad">!</div><h1>链接参数错误</h1>
<p>Expected, in this order: appid, redirect_uri, response_type=code, scope, state.</p>`,
  );

/** Calls the shop twice, as WeChat now and then does: both calls are navigations with the browser's cookies. */
export function doublePage(first: string, second: string): string {
  return page(
    '正在返回 · Returning',
    markup`<p>正在返回商家页面… Returning to the shop…</p>
<iframe title="first" id="first" src="${first}"></iframe>
<script>
document.getElementById('first').addEventListener('load', function () { location.replace(${scriptJson(second)}); });
</script>`,
  );
}
