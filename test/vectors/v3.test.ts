import { expect, test } from '@jest/globals';
import { canonicalBase64 } from '../../src/core/crypto/base64.js';
import { openOaep, signSha256, verifySha256 } from '../../src/core/crypto/rsa.js';
import { requestMessage, type SignedParts, signAuthorization } from '../../src/core/v3/authorization.js';
import { lines, verifySignature } from '../../src/core/v3/message.js';
import { signApp, signJsapi } from '../../src/core/v3/paysign.js';
import { readAuthorization } from '../../src/simulator/v3/authorization.js';
import { describeVectors, type Vector, vectorPrivateKey, vectorPublicKey } from '../support/vectors.js';

const publicKeyOf: Readonly<Record<string, string>> = {
  'key-go-sdk-test.pkcs8.b64': 'pub-go-sdk-test.pem',
  'key-java-sdk-merchant-test.pkcs8.b64': 'cert-java-sdk-merchant-test.pem',
};

const parts = ({ method, url, timestamp, nonce_str, body }: Vector): SignedParts => ({
  method,
  path: url,
  timestamp,
  nonce_str,
  body,
});

const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text);
  bytes[at] = bytes[at]! ^ 1;
  return bytes.toString('latin1');
};

function requestTests(vectors: Vector[]): void {
  test.each(vectors.filter(({ method }) => method))('the request of $origin ($id) is reproduced', async (vector) => {
    const { privateKey, mchid, serial_no, message, expectedSignature, authorization } = vector;
    expect(requestMessage(parts(vector))).toBe(message);
    const signer = { mchid, serial_no, privateKey: vectorPrivateKey(privateKey) };
    expect(await signAuthorization(signer, parts(vector))).toBe(authorization);
    expect(readAuthorization(authorization)).toEqual({
      mchid,
      serial_no,
      nonce_str: vector.nonce_str,
      timestamp: vector.timestamp,
      signature: expectedSignature,
    });
  });

  test.each(vectors.filter(({ method }) => method))(
    'any byte of the request $id changed gives another signature',
    (vector) => {
      const key = vectorPrivateKey(vector.privateKey);
      for (const name of ['method', 'path', 'timestamp', 'nonce_str', 'body'] as const) {
        const original = parts(vector);
        if (original[name] === '') continue;
        const changed = { ...original, [name]: flipped(original[name], 0) };
        expect(signSha256(key, requestMessage(changed))).not.toBe(vector.expectedSignature);
      }
    },
  );

  test.each(vectors.filter(({ message, method, appId }) => message && !method && !appId))(
    'the text of $origin ($id) is signed and verified',
    (vector) => {
      const { message, expectedSignature, privateKey } = vector;
      expect(signSha256(vectorPrivateKey(privateKey), message)).toBe(expectedSignature);
      const publicKey = vectorPublicKey(publicKeyOf[privateKey]!);
      expect(verifySha256(publicKey, expectedSignature, message)).toBe(true);
      expect(verifySha256(publicKey, expectedSignature, flipped(message, 0))).toBe(false);
    },
  );
}

function paySignTests(vectors: Vector[]): void {
  test.each(vectors.filter(({ appId }) => appId))(
    'the payment parameters of $origin ($id) are reproduced',
    (vector) => {
      const { appId, timeStamp, nonceStr, privateKey, expectedPaySign, message } = vector;
      const prepay_id: string = vector.prepayId ?? vector.package.replace('prepay_id=', '');
      const input = {
        appid: appId,
        prepay_id,
        privateKey: vectorPrivateKey(privateKey),
        timestamp: timeStamp,
        nonceStr,
      };
      if (vector.prepayId) {
        expect(signApp({ ...input, mchid: '1900007291' })).toEqual({
          appid: appId,
          partnerid: '1900007291',
          prepayid: prepay_id,
          package: 'Sign=WXPay',
          noncestr: nonceStr,
          timestamp: timeStamp,
          sign: expectedPaySign,
        });
      } else {
        expect(message).toBe(lines(appId, timeStamp, nonceStr, vector.package));
        expect(signJsapi(input)).toEqual({
          appId,
          timeStamp,
          nonceStr,
          package: vector.package,
          signType: 'RSA',
          paySign: expectedPaySign,
        });
      }
      const changed = { ...input, nonceStr: flipped(nonceStr, 0) };
      expect(signJsapi(changed).paySign).not.toBe(expectedPaySign);
    },
  );
}

describeVectors('v3-request-sign.json', ({ vectors }) => requestTests(vectors));

describeVectors('v3-paysign.json', ({ vectors }) => paySignTests(vectors));

describeVectors('v3-rsa.json', ({ vectors, vector }) => {
  requestTests(vectors);
  paySignTests(vectors);

  test('a field the Java SDK encrypted with OAEP is opened, and nothing else is', () => {
    const { privateKey, ciphertextBase64, plaintext } = vector('oaep-java-decrypt');
    const key = vectorPrivateKey(privateKey);
    expect(openOaep(key, ciphertextBase64)).toBe(plaintext);
    const bytes = Buffer.from(ciphertextBase64, 'base64');
    bytes[100] = bytes[100]! ^ 1;
    expect(() => openOaep(key, bytes.toString('base64'))).toThrow();
    expect(() => openOaep(key, vector('pkcs1-java-decrypt').ciphertextBase64)).toThrow();
  });
});

describeVectors('v3-response-verify.json', ({ vectors }) => {
  const verify = ({ publicKey, headers, body }: Vector): void =>
    verifySignature(
      vectorPublicKey(publicKey),
      {
        timestamp: headers['Wechatpay-Timestamp'],
        nonce: headers['Wechatpay-Nonce'],
        signature: headers['Wechatpay-Signature'],
        serial: 'PUB_KEY_ID_0119000001',
      },
      Buffer.from(body),
    );

  test.each(vectors)('the answer $id is judged $expect', (vector) => {
    if (vector.expect === 'valid') {
      verify(vector);
      return;
    }
    const probe = vector.headers['Wechatpay-Signature'].startsWith('WECHATPAY/SIGNTEST/');
    expect(() => verify(vector)).toThrow(
      expect.objectContaining({ code: probe ? 'ERR_WXPAY_SIGN_PROBE' : 'ERR_WXPAY_BAD_SIGNATURE' }),
    );
  });

  test.each(vectors.filter(({ expect }) => expect === 'valid'))(
    'one bit of the answer $id changed is refused',
    (vector) => {
      for (const name of ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature']) {
        const headers = { ...vector.headers, [name]: flipped(vector.headers[name], 3) };
        expect(() => verify({ ...vector, headers })).toThrow(
          expect.objectContaining({ code: 'ERR_WXPAY_BAD_SIGNATURE' }),
        );
      }
      expect(() => verify({ ...vector, body: `${vector.body} ` })).toThrow();
    },
  );

  test('a signature verifies in one spelling of base64 only', () => {
    const { publicKey, headers, message } = vectors[0]!;
    const signature: string = headers['Wechatpay-Signature'];
    const spellings = [
      signature.replaceAll('+', '-').replaceAll('/', '_'),
      signature.replace(/=+$/, ''),
      `${signature}\n`,
      ` ${signature}`,
      signature.replace(/.==$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}==`),
    ];
    const key = vectorPublicKey(publicKey);
    expect(verifySha256(key, signature, message)).toBe(true);
    for (const spelling of spellings) {
      expect(Buffer.from(spelling, 'base64')).toEqual(canonicalBase64(signature));
      expect(verifySha256(key, spelling, message)).toBe(false);
    }
  });
});
