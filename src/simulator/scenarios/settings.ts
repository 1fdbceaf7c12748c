import { API_FAULTS, type ApiFault } from './api-faults.js';
import { BILL_SETTINGS } from './bill.js';
import { CASHIER_SETTINGS } from './cashier.js';
import { objectOf } from './check.js';
import { type ByPath, fault, type Setting, setting, text } from './field.js';
import { HOST_SETTINGS } from './hosts.js';
import { NOTIFY_FAULTS, type NotifyFault } from './notify-faults.js';
import { OAUTH_SETTINGS } from './oauth.js';
import { PAYMENT_SETTINGS } from './payment.js';
import { REFUND_SETTINGS } from './refund.js';
import { V3_SETTINGS } from './v3.js';

/** One fault of a notification, checked. */
export const notifyFault = objectOf(NOTIFY_FAULTS);
/** One fault of an answer, checked. */
export const apiFault = objectOf(API_FAULTS);

const notify: Setting<NotifyFault | undefined> = setting(
  notifyFault.optional(),
  text('Every attempt', '每次发送'),
  [undefined, text('correct', '正常')],
);

const api: ByPath<ApiFault> = { ...fault(apiFault, text('Every call', '每次调用')), path: '*' };

/** The settings that stand by themselves. */
export const MAIN_SETTINGS = {
  ...PAYMENT_SETTINGS,
  /** What is wrong with every attempt to deliver a notification. */
  notify,
  /** What is wrong with every answer of a path (`/pay/orderquery`, …); `'*'` means all of them. */
  api,
};

/** The settings that stand in groups. */
export const SETTING_GROUPS = {
  oauth: OAUTH_SETTINGS,
  cashier: CASHIER_SETTINGS,
  refund: REFUND_SETTINGS,
  bill: BILL_SETTINGS,
  v3: V3_SETTINGS,
  hosts: HOST_SETTINGS,
};
