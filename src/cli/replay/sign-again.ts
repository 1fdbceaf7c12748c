import { randomBytes } from 'node:crypto';
import { signSha256 } from '../../core/crypto/rsa.js';
import { lines } from '../../core/v3/message.js';
import type { Recorded } from '../../explain/types.js';
import { toUnixSeconds } from '../../util/clock.js';

/**
 * The message with a signature that is made now, by the development key of WeChat Pay. The XML of API v2 is signed over its
 * fields and does not age: it stays as it is.
 */
export async function withNewSignature(message: Recorded): Promise<Recorded> {
  if (message.body.toString('latin1').trimStart().startsWith('<')) return message;
  const { createSimulator } = await import('../../simulator/index.js');
  const simulator = await createSimulator();
  const { serial, privateKey } = simulator.merchant.keys.publicKey;
  await simulator.close();
  const timestamp = String(toUnixSeconds(Date.now()));
  const nonce = randomBytes(16).toString('hex');
  return {
    ...message,
    headers: {
      ...message.headers,
      'wechatpay-timestamp': [timestamp],
      'wechatpay-nonce': [nonce],
      'wechatpay-serial': [serial],
      'wechatpay-signature': [signSha256(privateKey, lines(timestamp, nonce), message.body, '\n')],
    },
  };
}
