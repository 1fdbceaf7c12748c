import { createPrivateKey } from 'node:crypto';
import { resolveOrder } from '../../src/core/order-rules.js';
import { buildRequest } from '../../src/core/v2/message.js';
import { unifiedorder } from '../../src/core/v2/unifiedorder.js';
import { signAuthorization } from '../../src/core/v3/authorization.js';
import { createWxpay, type Notification, type Wxpay } from '../../src/index.js';
import { randomNonce } from '../../src/util/nonce.js';
import type { Merchant } from '../inputs/merchant.js';
import { CLIENT_IP, OPENID } from '../inputs/order.js';
import type { PageParams, Paid, WorkV2, WorkV3 } from './work.js';

export const NAME = 'koa-wxpay';

export const wxpayV2 = ({ appid, mchid, notifyUrl, v2Key }: Merchant, baseUrl?: string): Wxpay =>
  createWxpay({ appid, mchid, notifyUrl, v2: { key: v2Key }, ...(baseUrl && { baseUrl }) });

export function wxpayV3(merchant: Merchant, baseUrl?: string): Wxpay {
  const { appid, mchid, notifyUrl, privateKey, serial_no, apiV3Key, platform } = merchant;
  return createWxpay({
    appid,
    mchid,
    notifyUrl,
    v3: { privateKey, serial_no, apiV3Key, platformKeys: { [platform.serial]: platform.publicKey } },
    ...(baseUrl && { baseUrl }),
  });
}

function paidOf(read: Notification): Paid {
  if (!('notice' in read)) throw new Error('no payment');
  const { notice } = read;
  if (notice.type !== 'payment.success') throw new Error('no payment');
  const { out_trade_no, transaction_id, amount } = notice.payment;
  return { out_trade_no, transaction_id, total: amount.total };
}

export function oursV2(merchant: Merchant): WorkV2 {
  const { appid, mchid, notifyUrl, v2Key } = merchant;
  const wxpay = wxpayV2(merchant);
  const signer = { appid, mchid, keys: [v2Key] as const, signType: 'MD5', acceptSignTypes: ['MD5'] } as const;
  const place = { trade_type: 'JSAPI', notify_url: notifyUrl, clientIp: CLIENT_IP, openid: OPENID } as const;
  return {
    name: NAME,
    readNotification: async (body) => paidOf(await wxpay.readNotification(body, {})),
    buildOrder(order) {
      return buildRequest(signer, unifiedorder(signer, resolveOrder(order, wxpay), place), randomNonce());
    },
    pageParams: (prepay_id): PageParams => ({ ...wxpay.jsapiParams(prepay_id) }),
  };
}

export function oursV3(merchant: Merchant): WorkV3 {
  const { mchid, serial_no } = merchant;
  const wxpay = wxpayV3(merchant);
  const signer = { mchid, serial_no, privateKey: createPrivateKey(merchant.privateKey) };
  return {
    name: NAME,
    readNotification: async ({ body, headersDistinct }) => paidOf(await wxpay.readNotification(body, headersDistinct)),
    authorization({ path, body }) {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      return signAuthorization(signer, { method: 'POST', path, timestamp, nonce_str: randomNonce(), body });
    },
    pageParams: (prepay_id): PageParams => ({ ...wxpay.jsapiParams(prepay_id) }),
  };
}
