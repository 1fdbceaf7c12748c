import { defined } from '../../util/absent.js';
import { readAnswer } from '../account/answer.js';
import { looseText, text } from '../json.js';
import { ID } from './token.js';

/** What a code of `wx.login()` was exchanged for. */
export interface MiniProgramLogin {
  /** Of the user at this mini program. */
  openid: string;
  /** Only for mini programs bound to an open-platform account. */
  unionid?: string;
  /** Decrypts what `wx` encrypts for this mini program. It must never leave the server. */
  session_key: string;
}

/**
 * Reads the answer of `/sns/jscode2session`.
 *
 * @throws {ApiError} WeChat refused; its `errcode` as text in `wechatCode`
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER`
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 */
export const readCodeToSession = (body: Buffer): MiniProgramLogin =>
  readAnswer('sns/jscode2session', body, (answer) =>
    defined({
      openid: text(answer, 'openid', ID),
      unionid: looseText(answer, 'unionid', ID),
      session_key: text(answer, 'session_key', /^[\x21-\x7e]{1,256}$/),
    }),
  );
