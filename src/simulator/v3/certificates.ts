import { toRfc3339 } from '../../core/beijing-time.js';
import { sealGcm } from '../../core/crypto/aead.js';
import { letters } from '../random.js';
import type { World } from '../world.js';
import type { Endpoint } from './endpoint.js';
import { refuse } from './refusal.js';

const at = (seconds: number): string => toRfc3339(new Date(seconds * 1000));

/** `GET /v3/certificates`: sealed with the APIv3 key. Merchants with a public key alone have none. */
export const certificates = (world: World): Endpoint => ({
  method: 'GET',
  path: '/v3/certificates',
  userAgent: true,
  run: ({ merchant: { keys, platform, apiV3Key } }) => {
    if (platform === 'publicKey') {
      refuse(404, 'RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。');
    }
    const data = keys.platformCertificates().map(({ serial, pem, effective_time, expire_time }) => {
      const nonce = letters(world.random, 12);
      const ciphertext = sealGcm(Buffer.from(apiV3Key), nonce, 'certificate', pem).toString('base64');
      return {
        serial_no: serial,
        effective_time: at(effective_time),
        expire_time: at(expire_time),
        encrypt_certificate: {
          algorithm: 'AEAD_AES_256_GCM',
          nonce,
          associated_data: 'certificate',
          ciphertext,
        },
      };
    });
    return { body: { data } };
  },
});
