import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { readPem } from '../../../client/merchant/pem.js';
import type { V2Facts } from '../facts.js';
import { error, type Finding, ok } from '../finding.js';

const WHY = 'Refunds of API v2 need it: without it WeChat Pay answers 400 "No required SSL certificate was sent".';

/** Whether the client certificate for refunds of API v2 can be used. */
export function checkClientCertificate(v2: V2Facts, mchid: string | undefined): Finding[] {
  const { clientPfx, clientCertificate, clientKey } = v2;
  if (clientPfx !== undefined && mchid !== undefined) return [checkPfx(clientPfx, mchid)];
  if (clientCertificate === undefined && clientKey === undefined) return [];
  return [checkPair(clientCertificate, clientKey)];
}

/** The passphrase of the file is the merchant number. */
function checkPfx(pfx: unknown, passphrase: string): Finding {
  const subject = 'v2.clientPfx';
  try {
    createSecureContext({ pfx: typeof pfx === 'string' ? Buffer.from(pfx, 'base64') : (pfx as Buffer), passphrase });
    return ok(subject, 'opens with the merchant number');
  } catch (cause) {
    // OpenSSL 3 no longer has the cipher of files that WeChat issued earlier.
    if (/unsupported|RC2/i.test(String((cause as Error).message)))
      return error(subject, 'it is encrypted with RC2-40, which OpenSSL 3 refuses', WHY, CONVERT);
    return error(
      subject,
      'it does not open with the merchant number as passphrase',
      WHY,
      'Use apiclient_cert.p12 of this merchant.',
    );
  }
}

const CONVERT =
  'Use apiclient_cert.pem and apiclient_key.pem, or convert it: openssl pkcs12 -legacy -in apiclient_cert.p12 -out all.pem -nodes';

function checkPair(certificate: unknown, key: unknown): Finding {
  const subject = 'v2.clientCertificate';
  try {
    const pair = new X509Certificate(readPem(certificate).text).checkPrivateKey(createPrivateKey(readPem(key).text));
    if (pair) return ok(subject, 'belongs to v2.clientKey');
    return error(subject, 'it belongs to another key than v2.clientKey', WHY, 'Use both files of one download.');
  } catch {
    return error(subject, 'it or v2.clientKey cannot be read', WHY, 'Give apiclient_cert.pem and apiclient_key.pem.');
  }
}
