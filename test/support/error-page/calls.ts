import { X509Certificate } from 'node:crypto';
import { createSettlement, createWxpay, memoryOnce, type Wxpay } from 'koa-wxpay';
import { resolveAccount } from '../../../src/client/account/account.js';
import { identify } from '../../../src/client/account/oauth.js';
import { exchange } from '../../../src/client/http.js';
import { signV2 } from '../../../src/core/v2/sign.js';
import { readXml } from '../../../src/core/v2/xml/read.js';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import { tradeBill, tradeLine } from '../bills.js';
import {
  API_V3_KEY,
  type FakeAnswer,
  fakeMch,
  merchantKey,
  NOW,
  PLATFORM_ID,
  platformKey,
  SERIAL_NO,
} from '../fake-mch-v3.js';
import { fakeWeixin, type Scripted } from '../fake-weixin.js';
import { merchantV3, noticeV3, platform } from '../merchant-v3.js';
import { publicPem, rsaKey } from '../notice-v3.js';
import { merchant, merchantV2, notice, order } from '../shop.js';
import { tlsIdentity } from '../tls-identity.js';
import { headed, reading, refundNotice } from './notifications.js';
import type { Provocations } from './rows.js';

const { appid, mchid, key } = merchant;
const payer = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };
const credentials = { privateKey: merchantKey, serial_no: SERIAL_NO, apiV3Key: API_V3_KEY };
const withPublicKey = { ...credentials, platformKeys: { [PLATFORM_ID]: publicPem(platformKey) } };

/** What a merchant makes of this answer of WeChat Pay. */
export async function answered(
  answer: FakeAnswer | ((path: string, host: string) => FakeAnswer),
  ask: (wxpay: Wxpay, url: string) => unknown,
  options: object = { v3: withPublicKey },
) {
  const server = await fakeMch(({ url }) => (typeof answer === 'function' ? answer(url, server.url) : answer));
  const notifyUrl = 'https://shop.example/wxpay/notify';
  try {
    return await ask(
      createWxpay({ appid, mchid, notifyUrl, baseUrl: server.url, now: () => NOW, ...options }),
      server.url,
    );
  } finally {
    await server.close();
  }
}

const place = (wxpay: Wxpay) => wxpay.prepay(order(), payer);
export const overV2 = { v2: { key } };

/** An answer of API v2. */
function xml(fields: Record<string, string>, signedWith?: string): FakeAnswer {
  const all = new Map(Object.entries({ return_code: 'SUCCESS', nonce_str: 'n', ...fields }));
  all.set('sign', signedWith ? signV2(all, signedWith, 'MD5') : 'A'.repeat(32));
  return { by: false, body: writeXml(all) };
}

/** What a login makes of this answer of `api.weixin.qq.com`. */
async function loginAnswered(answer: Scripted) {
  const weixin = await fakeWeixin();
  try {
    weixin.on('/sns/oauth2/access_token', answer);
    const account = resolveAccount({
      appid,
      secret: 's',
      baseUrl: weixin.baseUrl,
      allowHttp: false,
      dispatcher: undefined,
    });
    return await identify(account, 'code', 'snsapi_base');
  } finally {
    await weixin.close();
  }
}

/** Reads a bill to its end; the first answer says where it lies. */
const billOf = (where: (host: string) => object, body = '') =>
  answered(
    (path, host) => (path.startsWith('/v3/bill/') ? { body: where(host) } : { by: false, body }),
    async (wxpay) => {
      for await (const _ of wxpay.tradeBill('2026-01-01'));
    },
  );
const file = (host: string) => ({ hash_type: 'SHA1', hash_value: 'a'.repeat(40), download_url: `${host}/file` });

/** A merchant with a certificate of WeChat Pay that is not valid yet. */
function withCertificate(): Wxpay {
  const { cert } = tlsIdentity(NOW + 365 * 86_400_000);
  const serial = new X509Certificate(cert).serialNumber;
  return merchantV3({ v3: { ...credentials, platformKeys: { [serial]: cert }, downloadCertificates: false } });
}

export const calls: Provocations = {
  ERR_WXPAY_UNKNOWN_SERIAL: {
    'no valid platform key has the serial …': () =>
      reading(merchantV3(), noticeV3({}, { platform: { ...platform, serial: 'PUB_KEY_ID_0999999999' } })),
    'the answer to …: signed by …, which is not among them': () =>
      answered({ body: { data: [] } }, (wxpay) => wxpay.ready(), { v3: credentials }),
    'every configured platform key is outside its validity': () => place(withCertificate()),
    'expected a serial of 8 to 64 letters, digits and _': () => headed({ 'wechatpay-serial': 'no serial' }),
  },
  ERR_WXPAY_BAD_SIGNATURE: {
    'not signed by the key …': () =>
      reading(merchantV3(), noticeV3({}, { platform: { ...platform, privateKey: rsaKey() } })),
    'the signature type is not WECHATPAY2-SHA256-RSA2048': () =>
      headed({ 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }),
    'not an XML message of API v2': () => reading(merchantV2(), { body: '<a/>', headers: {} }),
    'an & in … fits several messages': () => reading(merchantV2(), notice({ bank_type: 'a&b' })),
    'no configured key made this signature': () => reading(merchantV2(), notice({ sign: 'A'.repeat(32) })),
    'a notification of API v3 arrived: give "v3" to read it': () => reading(merchantV2(), noticeV3()),
    'a refund notification of API v2 arrived: give "v2.key"': () => reading(merchantV3(), refundNotice('x')),
    'a notification of API v2 arrived: give "v2.key"': () => reading(merchantV3(), notice()),
    'the answer to … is not signed with the key': () => answered(xml({}), place, overV2),
  },
  ERR_WXPAY_WRONG_MERCHANT: {
    '"…" is …, and this merchant\'s is …': () => reading(merchantV3(), noticeV3({ resource: { mchid: '1900000110' } })),
    'the answer to … is for another merchant: …': () =>
      answered(xml({ appid, mch_id: '1900000110', result_code: 'SUCCESS' }, key), place, overV2),
  },
  ERR_WXPAY_REFUND_INVALID: {
    '"amount.refund" (… fen) is more than was paid (… fen)': () => refund({ amount: { refund: 2, total: 1 } }),
    '"transaction_id" or "out_trade_no" must be given: the payment to refund': () =>
      refund({ transaction_id: undefined }),
    '"out_refund_no" must be …': () => refund({ out_refund_no: '' }),
    '… needs the client certificate: give "v2.clientPfx"': () =>
      createWxpay({ appid, mchid, notifyUrl: 'https://shop.example/n', v2: { key } }).refund(REFUND),
    '"…" needs API v3': () => merchantV2().refund({ ...REFUND, goods_detail: [{}] }),
    'applyAbnormalRefund needs API v3': () => merchantV2().applyAbnormalRefund({} as never),
    '"notify_url" must be https': () => refund({ notify_url: 'http://shop.example/n' }),
    'a refund must be an object': () => merchantV3().refund('R1' as never),
  },
  ERR_WXPAY_API: {
    'WeChat refused …: … …': () => answered({ status: 400, body: { code: 'PARAM_ERROR', message: '参数错误' } }, place),
  },
  ERR_WXPAY_TRANSPORT: {
    '…: no answer within … ms': () => answered({ silent: true }, place, { v3: withPublicKey, timeout: 1 }),
    '…: no answer (…)': () => answered({ drop: true }, place),
    '…: the answer is longer than … bytes': () =>
      answered({ body: 'long' }, (_, url) =>
        exchange({ method: 'GET', url, timeout: 60_000, limit: 1, operation: 'the order' }, (answer) => answer),
      ),
    '…: answered with status …': () => loginAnswered({ status: 500, text: '' }),
  },
  ERR_WXPAY_BAD_ANSWER: {
    'the answer to … cannot be used: …': () => answered({ by: false, body: '<html>' }, place, overV2),
    'the answer to …: …': () => answered({ body: {} }, place),
    '…: answered with status …': () => loginAnswered({ status: 404, text: '' }),
    '…: the answer is not JSON': () => loginAnswered({ status: 200, text: '<html>' }),
    'the merchant has no platform certificate: give its public key in "v3.platformKeys"': () =>
      answered(
        { body: { data: [] } },
        async (wxpay) => {
          const unknown = { ...platform, serial: 'PUB_KEY_ID_0999999999' };
          const error = await Promise.resolve(reading(wxpay, noticeV3({ now: NOW }, { platform: unknown }))).catch(
            (one) => one,
          );
          return error.cause;
        },
        { v3: { ...withPublicKey, downloadCertificates: true } },
      ),
    'the platform certificates: …': () =>
      answered({ body: { data: 'none' } }, (wxpay) => wxpay.ready(), { v3: credentials }),
    'a paid order without transaction_id or amount': () =>
      answered({ body: { appid, mchid, out_trade_no: 'SHOP00A17', trade_state: 'SUCCESS' } }, (wxpay) =>
        createSettlement({ wxpay, findOrder: async () => order(), once: memoryOnce(), fulfil: async () => {} }).query(
          'SHOP00A17',
        ),
      ),
  },
  ERR_WXPAY_BAD_XML: {
    'not an XML message of API v2: …': () => readXml('<!DOCTYPE xml><xml></xml>'),
  },
  ERR_WXPAY_BILL: {
    'the bill is broken: …': () => billOf(file, 'not a bill\n`1\n'),
    'the bill is not the one WeChat described: its SHA-1 differs': () => billOf(file, tradeBill([tradeLine(1)])),
    'a bill is asked for by a day such as 2026-01-31': async () => {
      for await (const _ of merchantV3().tradeBill('yesterday'));
    },
    'the bill lies on a host that is not WeChat Pay': () => billOf(() => file('https://evil.example')),
    'the location of the bill cannot be used: …': () => billOf(() => ({})),
  },
};

const REFUND = { transaction_id: '4200001234202601011234567890', out_refund_no: 'R1', amount: { refund: 1, total: 1 } };
const refund = (changes: object) => merchantV3().refund({ ...REFUND, ...changes } as typeof REFUND);
