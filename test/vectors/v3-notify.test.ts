import { expect, test } from '@jest/globals';
import { createV3 } from '../../src/client/merchant/v3/index.js';
import { openResource, readEnvelope } from '../../src/core/v3/envelope.js';
import { readSignature, verifySignature } from '../../src/core/v3/message.js';
import { describeVectors, type Vector, vectorPrivateKey, vectorPublicKey } from '../support/vectors.js';

const distinct = (headers: Record<string, string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]]));

function merchantOf({ now, certificate, apiV3Key }: Vector) {
  const key = { key: vectorPublicKey(certificate), notBefore: 0, notAfter: Number.POSITIVE_INFINITY };
  return createV3(
    {
      appid: 'wxd678efh567hg6787',
      mchid: '1900007291',
      sub_appid: undefined,
      sub_mchid: undefined,
      notifyUrl: 'https://shop.example/wxpay/notify',
      refundNotifyUrl: 'https://shop.example/wxpay/notify',
      hosts: { baseUrl: 'https://api.mch.weixin.qq.com' },
      timeout: 1000,
      dispatcher: undefined,
      now: () => now * 1000,
      nonce: () => '593BEC0C930BF1AFEB40B4A08C8FB242',
    },
    {
      privateKey: vectorPrivateKey('key-official-doc-merchant-test.pkcs8.b64'),
      serial_no: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
      apiV3Keys: [Buffer.from(apiV3Key)],
      platformKeys: new Map([['D7CE59D1F522D701', key]]),
      downloadCertificates: false,
    },
  );
}

describeVectors('v3-notify.json', ({ vectors, vector }) => {
  test.each(vectors)('$origin $id verifies and opens to its plaintext', (one) => {
    const body = Buffer.from(one.rawBody);
    const signature = readSignature(distinct(one.headers), one.now * 1000);
    verifySignature(vectorPublicKey(one.certificate), signature, body);
    const { plaintext } = openResource(readEnvelope(body).resource, [Buffer.from(one.apiV3Key)]);
    expect(plaintext.toString()).toBe(one.expectedPlaintext);
  });

  test('the payment is read into the vocabulary', async () => {
    const one = vector('v3-notify-pay-derived');
    const content = await merchantOf(one).readNotification(Buffer.from(one.rawBody), distinct(one.headers));
    const resource = JSON.parse(one.expectedPlaintext);
    expect(content).toEqual({
      notice: {
        type: 'payment.success',
        id: 'EV-202626eec6db200e9717f281',
        payment: resource,
        raw: { ...JSON.parse(one.rawBody), resource },
      },
    });
  });

  test('a genuine notification of another kind and merchant is not believed to be a payment', async () => {
    const one = vector('v3-notify-go-sdk');
    await expect(
      merchantOf(one).readNotification(Buffer.from(one.rawBody), distinct(one.headers)),
    ).rejects.toMatchObject({
      code: 'ERR_WXPAY_WRONG_MERCHANT',
      status: 400,
    });
  });

  test.each([-300, 300, 86_400, -86_400, Number.NaN])(
    '%d seconds away from its timestamp it is refused',
    async (away) => {
      const one = vector('v3-notify-pay-derived');
      const wxpay = merchantOf({ ...one, now: one.now + away });
      await expect(wxpay.readNotification(Buffer.from(one.rawBody), distinct(one.headers))).rejects.toMatchObject({
        code: away < 0 ? 'ERR_WXPAY_CLOCK_SKEW' : 'ERR_WXPAY_STALE',
        status: 401,
      });
    },
  );

  test.each([-299, 299])('%d seconds away it is believed', async (away) => {
    const one = vector('v3-notify-pay-derived');
    const wxpay = merchantOf({ ...one, now: one.now + away });
    await expect(wxpay.readNotification(Buffer.from(one.rawBody), distinct(one.headers))).resolves.toMatchObject({
      notice: { type: 'payment.success' },
    });
  });

  test('every single bit of body and signature headers changed is refused', async () => {
    const one = vector('v3-notify-pay-derived');
    const wxpay = merchantOf(one);
    const whole = Buffer.from(one.rawBody);
    const headers = distinct(one.headers);
    let tried = 0;
    const refused = async (body: Buffer, given: Record<string, string[]>): Promise<void> => {
      tried += 1;
      const outcome = await wxpay.readNotification(body, given).catch((error: unknown) => error);
      if (!(outcome instanceof Error)) throw new Error(`change ${tried} was believed`);
      expect(outcome).toMatchObject({ name: 'VerificationError' });
    };
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const body = Buffer.from(whole);
      body[bit >> 3] = body[bit >> 3]! ^ (1 << (bit & 7));
      await refused(body, headers);
    }
    for (const name of Object.keys(headers).filter((header) => header.startsWith('wechatpay-'))) {
      const bytes = Buffer.from(headers[name]![0]!, 'latin1');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
        await refused(whole, { ...headers, [name]: [changed.toString('latin1')] });
      }
    }
    expect(tried).toBeGreaterThan(10_000);
  });
});
