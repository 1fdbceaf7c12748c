import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/** The keys of a merchant that are given and not made. */
export interface GivenKeys {
  /**
   * The key that the merchant signs its requests with, PEM (`apiclient_key.pem`).
   *
   * @default a key that is the same at every start
   */
  privateKey?: string;
  /**
   * The certificate of that key, PEM (`apiclient_cert.pem`).
   *
   * @default one that the simulator issues
   */
  certificate?: string;
  /**
   * The serial of the certificate, when that is not given.
   *
   * @default one that belongs to the key
   */
  serial_no?: string;
  /**
   * The private half of 微信支付公钥, PEM, and its name.
   *
   * @default a key that is the same at every start
   */
  publicKey?: { id: string; privateKey: string };
}

/** The given keys, read. */
export interface ReadKeys {
  privateKey?: KeyObject;
  certificate?: X509Certificate;
  serial_no?: string;
  publicKey?: { id: string; privateKey: KeyObject };
}

/** @throws {TypeError} naming the value that is wrong, and never the value */
export function readGivenKeys(mchid: string, given: GivenKeys): ReadKeys {
  const of = (name: string): string => `"${name}" of merchant ${mchid}`;
  const privateKey = given.privateKey && readPrivateKey(of('privateKey'), given.privateKey);
  const certificate = given.certificate && readCertificate(of('certificate'), given.certificate);
  if (certificate && (!privateKey || !certificate.checkPrivateKey(privateKey))) {
    throw new TypeError(`${of('certificate')} is not the certificate of "privateKey"`);
  }
  const serial_no = certificate ? certificate.serialNumber : given.serial_no;
  if (serial_no !== undefined && !/^[0-9A-Fa-f]{1,40}$/.test(serial_no)) {
    throw new TypeError(`${of('serial_no')} must be at most 40 hexadecimal digits`);
  }
  if (given.publicKey && !/^PUB_KEY_ID_\d+$/.test(given.publicKey.id)) {
    throw new TypeError(`${of('publicKey.id')} must be PUB_KEY_ID_ and digits`);
  }
  return {
    ...(privateKey && { privateKey }),
    ...(certificate && { certificate }),
    ...(serial_no !== undefined && { serial_no }),
    ...(given.publicKey && {
      publicKey: {
        id: given.publicKey.id,
        privateKey: readPrivateKey(of('publicKey.privateKey'), given.publicKey.privateKey),
      },
    }),
  };
}

function readPrivateKey(name: string, pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new TypeError(`${name} must be a private key in PEM without a passphrase`);
  }
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new TypeError(`${name} must be an RSA key, not ${key.asymmetricKeyType}`);
}

function readCertificate(name: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new TypeError(`${name} must be a certificate in PEM`);
  }
}
