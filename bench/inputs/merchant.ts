import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A merchant, with WeChat Pay's keys towards it: everything as text, so that it can be sent to other processes. */
export interface Merchant {
  appid: string;
  mchid: string;
  notifyUrl: string;
  v2Key: string;
  serial_no: string;
  privateKey: string;
  publicKey: string;
  apiV3Key: string;
  platform: { serial: string; privateKey: string; publicKey: string };
}

function keyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Keys that are made for one run. */
export const createMerchant = (): Merchant => ({
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  notifyUrl: 'https://shop.example/wxpay/notify',
  v2Key: randomBytes(16).toString('hex'),
  serial_no: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
  ...keyPair(),
  apiV3Key: randomBytes(16).toString('hex'),
  platform: { serial: 'PUB_KEY_ID_0119000001', ...keyPair() },
});
