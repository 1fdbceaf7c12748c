import { openOaep, sealOaep } from '../../../../core/crypto/rsa.js';
import { WxpayError } from '../../../../core/errors.js';
import { given, mustBe, type Rules, readOptions } from '../../../../util/options.js';
import type { EncryptOptions, OtherApisV3 } from '../../other-apis.js';
import type { ExchangeV3 } from '../exchange.js';
import type { ResolvedV3 } from '../options.js';
import { checkSerial } from './request.js';

const RULES = { serial: given<string> } satisfies Rules<EncryptOptions>;

/** OAEP with SHA-1 takes two digests and two bytes of the key's length. */
const OVERHEAD = 2 * 20 + 2;

/** Makes `wxpay.encrypt` and `wxpay.decrypt`. */
export function createEncryption(
  { keys }: ExchangeV3,
  { privateKey }: ResolvedV3,
): Pick<OtherApisV3, 'encrypt' | 'decrypt'> {
  return {
    async encrypt(text, options = {}) {
      const { serial: wanted } = readOptions('encrypt', options, RULES);
      if (typeof text !== 'string' || text === '' || !text.isWellFormed()) throw mustBe('text', 'a string, not empty');
      const { serial, key } =
        wanted === undefined
          ? await keys.current()
          : { serial: wanted, key: await checkSerial(keys, wanted, 'serial') };
      const most = (key.key.asymmetricKeyDetails?.modulusLength ?? 2048) / 8 - OVERHEAD;
      const length = Buffer.byteLength(text);
      if (length > most) throw mustBe('text', `at most ${most} bytes of UTF-8, and has ${length}`);
      return { serial, ciphertext: sealOaep(key.key, text) };
    },
    decrypt(ciphertext) {
      if (typeof ciphertext !== 'string') throw mustBe('ciphertext', 'a string of base64, as it came');
      try {
        return openOaep(privateKey, ciphertext);
      } catch {
        // The reason is left behind: what tells apart how a ciphertext fails helps only who forges one.
        const message =
          'the ciphertext does not open with "v3.privateKey": it is changed, or sealed for another certificate';
        throw new WxpayError('ERR_WXPAY_DECRYPT_FAILED', message, { status: 502 });
      }
    },
  };
}
