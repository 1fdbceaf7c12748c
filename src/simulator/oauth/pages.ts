import { document, type Markup, markup, scriptJson } from '../http/markup.js';
import { oauthStyle } from './style.js';

const page = (title: string, body: Markup): string =>
  document(title, oauthStyle, markup`<main>${body}</main>`);

/** The login ends on this page, and the shop is not called. */
export function errorPage(code: number, text: string): string {
  return page(
    '错误 · Error',
    markup`<div class="mark bad">!</div>
<h1>${text}</h1>
<p>错误码 Error code: ${code}</p>
<small>${HINTS[code]}</small>`,
  );
}

const HINTS: Record<number, string> = {
  10003: 'The host of redirect_uri is not the 网页授权域名 of this account.',
  10004: 'This account is banned.',
  10005: 'This account may not ask for this scope.',
  10006: 'Follow this test account first.',
  10009: 'Too frequent. Try again later.',
  10010: 'The scope is missing.',
  10011: 'The redirect_uri is missing.',
  10012: 'The appid is missing or unknown.',
  10013: 'The state is missing or longer than 128 bytes.',
  10015: 'This account has not authorised the third-party platform.',
  10016: 'This appid does not belong to an official account.',
};

/** The form is posted to the address of the page itself. */
export function consentPage({ appid, name }: { appid: string; name: string }): string {
  return page(
    '微信授权 · WeChat login',
    markup`<div class="mark">✓</div>
<h1>申请使用你的微信头像、昵称</h1>
<p>This shop asks for your name and picture.</p>
<small>${appid}</small>
<div class="who">
<b>${name.slice(0, 1)}</b>
<div>${name}<br><small>微信个人信息 · your WeChat profile</small></div>
</div>
<form method="post">
<button class="allow" name="answer" value="allow">允许 Allow</button>
<button class="deny" name="answer" value="deny">拒绝 Deny</button>
</form>`,
  );
}

export const deniedPage = (): string =>
  page(
    '已拒绝 · Denied',
    markup`<div class="mark info">i</div>
<h1>你已拒绝授权</h1>
<p>You denied access. The shop is not called.</p>`,
  );

export const outsidePage = (): string =>
  page(
    '请在微信客户端打开链接',
    markup`<div class="mark info">i</div>
<h1>请在微信客户端打开链接</h1>
<p>Open this link in WeChat.</p>`,
  );

export const linkPage = (): string =>
  page(
    '参数错误 · Wrong link',
    markup`<div class="mark bad">!</div>
<h1>链接参数错误</h1>
<p>Expected, in this order: appid, redirect_uri, response_type=code, scope, state.</p>`,
  );

/** Calls the shop twice with the cookies of the browser, as WeChat does occasionally. */
export function doublePage(first: string, second: string): string {
  return page(
    '正在返回 · Returning',
    markup`<p>正在返回商家页面… Returning to the shop…</p>
<iframe title="first" id="first" src="${first}"></iframe>
<script>
document.getElementById('first').addEventListener('load', function () {
  location.replace(${scriptJson(second)});
});
</script>`,
  );
}
