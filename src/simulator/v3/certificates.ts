import { sealGcm } from '../crypto/seal.js';
import { v3Time } from '../messages/v3/transaction.js';
import { letters } from '../random.js';
import type { SimulatorState } from '../state.js';
import type { Endpoint } from './endpoint.js';
import { refuse } from './refusal.js';

const ASSOCIATED_DATA = 'certificate';
const NO_CERTIFICATES = '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。';

/** `GET /v3/certificates`, encrypted with the APIv3 key. With only a public key there are none. */
export const certificatesEndpoint = ({ random }: SimulatorState): Endpoint => ({
  method: 'GET',
  path: '/v3/certificates',
  userAgent: true,
  run: ({ merchant: { keys, platform, apiV3Key } }) => {
    if (platform === 'publicKey') refuse(404, 'RESOURCE_NOT_EXISTS', NO_CERTIFICATES);
    const seal = (nonce: string, pem: string): string =>
      sealGcm(Buffer.from(apiV3Key), nonce, ASSOCIATED_DATA, pem).toString('base64');
    const data = keys.platformCertificates().map(({ serial, pem, effectiveTime, expireTime }) => {
      const nonce = letters(random, 12);
      return {
        serial_no: serial,
        effective_time: v3Time(effectiveTime),
        expire_time: v3Time(expireTime),
        encrypt_certificate: {
          algorithm: 'AEAD_AES_256_GCM',
          nonce,
          associated_data: ASSOCIATED_DATA,
          ciphertext: seal(nonce, pem),
        },
      };
    });
    return { body: { data } };
  },
});
