import { checkApiPath } from '../../../core/other-apis/path.js';
import type { MerchantV2 } from '../../../core/v2/merchant.js';
import { objectOf } from '../../../core/v2/notify.js';
import { otherFields, readOtherAnswer, signedMessage } from '../../../core/v2/other-apis.js';
import { abortSignal } from '../../../util/abort-signal.js';
import { boolean, mustBe, oneOf, optional, type Rules, readOptions, withDefault } from '../../../util/options.js';
import type { Common } from '../../options.js';
import type { OtherApisV2, RequestV2Options } from '../other-apis.js';
import type { ExchangeV2 } from './exchange.js';

const RULES = {
  certificate: withDefault(boolean, false),
  signType: optional(oneOf('MD5', 'HMAC-SHA256')),
  acceptUnsigned: withDefault(boolean, false),
  signal: optional(abortSignal),
} satisfies Rules<RequestV2Options>;

/** Every API of v2 that has no method of its own. */
export const createOtherApisV2 = (
  { nonce }: Pick<Common, 'nonce'>,
  merchant: MerchantV2,
  { send, canCertify }: ExchangeV2,
): OtherApisV2 => ({
  async requestV2(path, fields, options = {}) {
    checkApiPath('v2', path);
    if (typeof fields !== 'object' || fields === null) throw mustBe('fields', 'an object of the fields to send');
    const {
      certificate,
      signType = merchant.signType,
      acceptUnsigned,
      signal,
    } = readOptions('requestV2', options, RULES);
    if (certificate && !canCertify) {
      throw new TypeError(
        `${path} needs the client certificate: give "v2.clientPfx", or "v2.clientCertificate" and "v2.clientKey"`,
      );
    }
    const sent = otherFields(merchant, fields, nonce(), signType);
    const body = await send(path, signedMessage(merchant, sent, signType), { certificate, signal });
    const answer = readOtherAnswer(merchant, { path, sent, signType, acceptUnsigned }, body);
    return { data: objectOf(answer.fields), signed: answer.signed };
  },
});
