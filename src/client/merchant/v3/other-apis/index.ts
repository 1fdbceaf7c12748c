import type { Common } from '../../../options.js';
import type { OtherApisV3 } from '../../other-apis.js';
import type { ExchangeV3 } from '../exchange.js';
import type { ResolvedV3 } from '../options.js';
import { createDownload } from './download.js';
import { createEncryption } from './encryption.js';
import { createRequest } from './request.js';
import { createUpload } from './upload.js';

/** Every API of v3 that has no method of its own. */
export const createOtherApisV3 = (common: Common, credentials: ResolvedV3, exchange: ExchangeV3): OtherApisV3 => ({
  request: createRequest(exchange),
  upload: createUpload(exchange),
  download: createDownload(common, exchange),
  ...createEncryption(exchange, credentials),
});
