export type * from '../simulator/index.js';
export {
  type ContractCase,
  describeOnce,
  type OnceContractOptions,
  onceContract,
  type TestRunner,
} from './once-contract.js';
export type { OnceSubject } from './once-subject.js';
export type { SignedNotice } from './signed-notice.js';
export { type NoticeMerchantV2, signedNoticeV2 } from './signed-notice-v2.js';
export {
  type NoticeChangesV3,
  type NoticeMerchantV3,
  type PlatformKeyPair,
  platformKeyPair,
  signedNoticeV3,
} from './signed-notice-v3.js';
export { startSimulator, type TestWechat } from './start-simulator.js';
