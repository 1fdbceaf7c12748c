import { createCipheriv, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { signedNoticeV2 } from '../dist/testing/index.js';

/** The merchant of the benchmarks: keys of nobody, made for one run. */
const platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PLATFORM_ID = 'PUB_KEY_ID_0119000001';
export const merchant = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  notifyUrl: 'https://shop.example/wxpay/notify',
  v2: { key: randomBytes(16).toString('hex') },
  v3: {
    privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    serial_no: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
    apiV3Key: randomBytes(16).toString('hex'),
    platformKeys: { [PLATFORM_ID]: platform.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  },
};

/** Who signs for WeChat. */
export const platformKey = {
  serial: PLATFORM_ID,
  privateKey: platform.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

export const tradeNo = (version, n) => `BENCH${version}${String(n).padStart(8, '0')}`;
export const TOTAL = 1990;

/** Payment notifications as they travel, made before anything is timed. */
export const notices = (version, count) =>
  Array.from({ length: count }, (_, n) => {
    const payment = {
      out_trade_no: tradeNo(version, n),
      transaction_id: `42000000002026010100000${version === 'v2' ? 2 : 3}${String(n).padStart(8, '0')}`,
    };
    return version === 'v2' ? noticeV2(payment) : noticeV3(payment);
  });

const noticeV2 = (payment) =>
  signedNoticeV2({ appid: merchant.appid, mchid: merchant.mchid, key: merchant.v2.key }, { ...payment, total: TOTAL });

function noticeV3(payment) {
  const { appid, mchid, v3 } = merchant;
  const resource = {
    ...{ appid, mchid, ...payment, trade_type: 'JSAPI', trade_state: 'SUCCESS', trade_state_desc: '支付成功' },
    bank_type: 'OTHERS',
    success_time: '2026-01-01T10:34:56+08:00',
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: { total: TOTAL, payer_total: TOTAL, currency: 'CNY', payer_currency: 'CNY' },
  };
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', v3.apiV3Key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from('transaction'));
  const sealed = [cipher.update(JSON.stringify(resource)), cipher.final(), cipher.getAuthTag()];
  const body = JSON.stringify({
    id: randomBytes(16).toString('hex'),
    create_time: '2026-01-01T10:34:57+08:00',
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: Buffer.concat(sealed).toString('base64'),
      associated_data: 'transaction',
      nonce,
    },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = sign('sha256', `${timestamp}\n${nonce}\n${body}\n`, platform.privateKey).toString('base64');
  const headers = {
    'content-type': 'application/json',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': PLATFORM_ID,
    'wechatpay-signature': signed,
  };
  return { body, headers };
}
