export {
  type ContractCase,
  describeOnce,
  type OnceContractOptions,
  type OnceSubject,
  onceContract,
  type TestRunner,
} from './once-contract.js';
export { type NoticeMerchantV2, type SignedNotice, signedNoticeV2 } from './signed-notice.js';
