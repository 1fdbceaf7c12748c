import type { OtherApis, OtherApisV2, OtherApisV3 } from './merchant/other-apis.js';

/**
 * The calls that only one version has. Without its credentials each of them is refused before
 * anything is sent.
 */
export function otherApis(v3: OtherApisV3 | undefined, v2: OtherApisV2 | undefined): OtherApis {
  const refuse = (version: 'v3' | 'v2') => (): never => {
    throw new TypeError(`this merchant has no "${version}": give createWxpay the credentials of API ${version}`);
  };
  const refuseV3 = refuse('v3');
  const rejectV3 = async () => refuseV3();
  const { request, upload, download, encrypt, decrypt } = v3 ?? {
    request: rejectV3,
    upload: rejectV3,
    download: rejectV3,
    encrypt: rejectV3,
    decrypt: refuseV3,
  };
  return { request, upload, download, encrypt, decrypt, requestV2: v2?.requestV2 ?? (async () => refuse('v2')()) };
}
