import {
  type ByPath,
  fault,
  oneOf,
  type Setting,
  setting,
  text,
  toggle,
  type ValuesOf,
} from './field.js';
import { pageErrcode, type WeixinError, weixinError } from './schemas.js';

const errorPage: Setting<number | undefined> = setting(
  pageErrcode.optional(),
  text('Error page', '错误页面'),
  [undefined, text('none', '无')],
  [10004, text('10004 banned', '10004 公众号被封禁')],
  [10005, text('10005 scope', '10005 scope 权限')],
  [10009, text('10009 too frequent', '10009 操作过频')],
);

const errors: ByPath<WeixinError> = {
  ...fault<WeixinError>(
    weixinError,
    text('Exchange of the code', '换取 openid'),
    [-1, text('-1 system error', '-1 系统繁忙')],
    [40029, text('40029 invalid code', '40029 无效的 code')],
    [45009, text('45009 quota', '45009 调用超过限额')],
  ),
  path: '/sns/oauth2/access_token',
};

/** What can happen to a person on the way to an openid. */
export const OAUTH_SETTINGS = {
  /**
   * The answer to the consent page of `snsapi_userinfo`: the person's, or always the same one.
   *
   * @default 'ask'
   */
  consent: oneOf(
    text('Consent page', '授权页'),
    ['ask', text('ask', '询问')],
    ['allow', text('always allow', '自动允许')],
    ['deny', text('always deny', '自动拒绝')],
  ),
  /**
   * What follows a denial: the page is called with `state` alone, or it is not called at all.
   *
   * @default 'redirect'
   */
  denied: oneOf(
    text('After a denial', '拒绝之后'),
    ['redirect', text('back, without a code', '返回，不带 code')],
    ['stay', text('stay', '停留')],
  ),
  /**
   * Refuses browsers other than WeChat. The phone always counts as WeChat.
   *
   * @default true
   */
  requireWechat: toggle(true, 'Refuse other browsers', '拒绝其他浏览器'),
  /**
   * Refuses links whose parameters are not in the documented order, as old clients do.
   *
   * @default false
   */
  parameterOrder: toggle(false, 'Insist on parameter order', '校验参数顺序'),
  /** Shows this error page (`10004`, `10009`, …) to everyone. */
  errorPage,
  /**
   * Treats everyone as a snapshot user: virtual ids and `is_snapshotuser: 1`.
   *
   * @default false
   */
  snapshot: toggle(false, 'Snapshot user', '快照页用户'),
  /**
   * Whether `/sns/userinfo` refuses a snapshot user with 48001, or answers.
   *
   * @default 'refuse'
   */
  snapshotUserinfo: oneOf(
    text('userinfo of a snapshot user', '快照页用户的 userinfo'),
    ['refuse', text('48001', '48001')],
    ['answer', text('answers', '正常返回')],
  ),
  /**
   * Calls the page twice, with one `state` and two codes.
   *
   * @default false
   */
  doubleCallback: toggle(false, 'Two callbacks, one state', '同一 state 回调两次'),
  /**
   * The error of the second exchange of a code.
   *
   * @default 40163
   */
  usedCode: oneOf(
    text('Used code', '重复使用 code'),
    [40163, text('40163', '40163')],
    [40029, text('40029', '40029')],
  ),
  /**
   * The error of a wrong app secret.
   *
   * @default 40125
   */
  wrongSecret: oneOf(
    text('Wrong secret', 'AppSecret 错误'),
    [40125, text('40125', '40125')],
    [40001, text('40001', '40001')],
  ),
  /**
   * Errors to answer, by path: `{ '/sns/oauth2/access_token': -1, '/cgi-bin/token': 45009 }`. For
   * an error whose text the simulator does not know, both are given:
   * `{ errcode: 40230, errmsg: '…' }`.
   */
  errors,
};

/** What can happen to a person on the way to an openid. */
export type OAuthSwitches = ValuesOf<typeof OAUTH_SETTINGS>;
