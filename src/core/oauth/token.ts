import { z } from 'zod';
import { readAnswer } from '../account/answer.js';
import { ApiError } from '../errors.js';

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
  /** The openid is virtual: a snapshot page. It identifies nobody. */
  snapshot: boolean;
}

const id = z.string().regex(/^[\w-]{1,128}$/);
const text = (length: number) => z.string().max(length).catch('');

const accessToken = z.looseObject({
  access_token: z.string().min(1).max(1024),
  openid: id,
  unionid: id.optional().catch(undefined),
  is_snapshotuser: z.unknown().optional(),
});

const userinfo = z.looseObject({
  openid: id,
  nickname: text(128),
  headimgurl: text(512),
  sex: z.number().int().catch(0),
  province: text(64),
  city: text(64),
  country: text(64),
  unionid: id.optional().catch(undefined),
});

/**
 * Reads the answer of `/sns/oauth2/access_token`.
 *
 * @throws ApiError WeChat refused; its `errcode` as text in `wechatCode`
 * @throws WxpayError `ERR_WXPAY_BAD_ANSWER`
 */
export function readAccessToken(body: Buffer): AccessToken {
  const answer = readAnswer('sns/oauth2/access_token', body, accessToken);
  const { access_token, openid, unionid, is_snapshotuser } = answer;
  // any truthy spelling counts: taking a virtual user for a real one would sell to nobody
  const snapshot = Boolean(is_snapshotuser) && is_snapshotuser !== '0';
  return { access_token, openid, snapshot, ...(unionid && { unionid }) };
}

/** Reads the answer of `/sns/userinfo`; throws as {@link readAccessToken} does. */
export function readUserinfo(body: Buffer): OAuthUser {
  const { openid, nickname, headimgurl, sex, province, city, country, unionid } = readAnswer(
    'sns/userinfo',
    body,
    userinfo,
  );
  return { openid, nickname, headimgurl, sex, province, city, country, ...(unionid && { unionid }) };
}

/** The code was used, expired or never was: another authorization gives a fresh one. Both 40029 and 40163 are seen for a used code. */
export const isStaleCode = (error: unknown): boolean =>
  error instanceof ApiError && ['40029', '40163', '42003'].includes(error.wechatCode);
