import { createWxpay, type Wxpay, type WxpayOptions } from 'koa-wxpay';
import { type NoticeChangesV3, platformKeyPair, type SignedNotice, signedNoticeV3 } from 'koa-wxpay/testing';
import { rsaKey } from './notice-v3.js';
import { merchant, payment } from './shop.js';

const { appid, mchid } = merchant;

/** The clock of `merchantV3` and of the notifications for it. */
export const NOW = 1_767_225_600_000;
export const apiV3Key = '0123456789abcdef0123456789abcdef';
export const platform = platformKeyPair();
const privateKey = rsaKey();

export const merchantV3 = (changes: Partial<WxpayOptions> = {}): Wxpay =>
  createWxpay({
    appid,
    mchid,
    notifyUrl: 'https://shop.example/wxpay/notify',
    now: () => NOW,
    v3: {
      privateKey,
      serial_no: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
      apiV3Key,
      platformKeys: { [platform.serial]: platform.publicKeyPem },
    },
    ...changes,
  });

const sender = { appid, mchid, apiV3Key, platform };

/** A notification for `merchantV3`, as WeChat Pay would send it. */
export const noticeV3 = (changes: NoticeChangesV3 = {}, from: Partial<typeof sender> = {}): SignedNotice =>
  signedNoticeV3({ ...sender, ...from }, payment, { now: NOW, ...changes });
