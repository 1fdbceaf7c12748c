import { defined } from '../../util/absent.js';
import { readAnswer } from '../account/answer.js';
import { ApiError } from '../errors.js';
import { looseText, text } from '../json.js';

/** What `snsapi_userinfo` tells about a user. `nickname` is text of the user's: escape it. */
export interface OAuthUser {
  openid: string;
  nickname: string;
  /** Empty when the user has no picture; an old address dies when the picture changes. */
  headimgurl: string;
  /** 1 male, 2 female, 0 unknown: mostly 0 since 2021. */
  sex: number;
  province: string;
  city: string;
  country: string;
  /** Only for accounts bound to an open-platform account. */
  unionid?: string;
}

/** What a code was exchanged for. */
export interface AccessToken {
  access_token: string;
  openid: string;
  unionid?: string;
  /** The openid is virtual: a snapshot page. It does not identify a user. */
  snapshot: boolean;
}

/** An openid or a unionid. */
export const ID = /^[\w-]{1,128}$/;

/**
 * Reads the answer of `/sns/oauth2/access_token`.
 *
 * @throws {ApiError} WeChat refused; its `errcode` as text in `wechatCode`
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER`
 */
export const readAccessToken = (body: Buffer): AccessToken =>
  readAnswer('sns/oauth2/access_token', body, (answer) => {
    const { is_snapshotuser } = answer;
    return defined({
      access_token: text(answer, 'access_token', /^.{1,1024}$/su),
      openid: text(answer, 'openid', ID),
      // Any truthy value counts: a virtual user must never be taken for a real one.
      snapshot: Boolean(is_snapshotuser) && is_snapshotuser !== '0',
      unionid: looseText(answer, 'unionid', ID),
    });
  });

/** Reads the answer of `/sns/userinfo`; throws as {@link readAccessToken} does. */
export const readUserinfo = (body: Buffer): OAuthUser =>
  readAnswer('sns/userinfo', body, (answer) => {
    const upTo = (most: number, name: string): string => {
      const value = looseText(answer, name) ?? '';
      return value.length > most ? '' : value;
    };
    return defined({
      openid: text(answer, 'openid', ID),
      nickname: upTo(128, 'nickname'),
      headimgurl: upTo(512, 'headimgurl'),
      sex: Number.isSafeInteger(answer.sex) ? (answer.sex as number) : 0,
      province: upTo(64, 'province'),
      city: upTo(64, 'city'),
      country: upTo(64, 'country'),
      unionid: looseText(answer, 'unionid', ID),
    });
  });

/** The code was used, expired or never was: another authorization gives a fresh one. Both 40029 and 40163 are seen for a used code. */
export const isStaleCode = (error: unknown): boolean =>
  error instanceof ApiError && ['40029', '40163', '42003'].includes(error.wechatCode);
