import { accountOf, appidsOf, subAppidsOf } from '../core/accounts.js';
import { VerificationError, WxpayError } from '../core/errors.js';
import { checkMerchant, type PlaceableOrder, resolveOrder } from '../core/order-rules.js';
import type { Order, RefundRequest } from '../core/vocabulary.js';
import { acrossVersions } from './merchant/both-versions.js';
import { formatOf, type NotificationFormat } from './merchant/notification-format.js';
import type { Protocol } from './merchant/protocol.js';
import { createV2 } from './merchant/v2/index.js';
import { createV3 } from './merchant/v3/index.js';
import { type Common, resolveOptions, type WxpayOptions } from './options.js';
import { otherApis } from './other-apis.js';
import { sharePlacing } from './placed-orders.js';
import { resolveAddress, resolveFrom, resolvePayer, resolvePrepayId, resolveRef } from './requests.js';
import type { Notification, Wxpay } from './types.js';

/**
 * Creates a merchant. Every option is checked here: nothing is found wrong at the first payment.
 *
 * @throws {TypeError} names the option, in quotes, and says what would be right
 * @example
 * const wxpay = createWxpay({
 *   appid: 'wx0123456789abcdef',
 *   mchid: '1900000109',
 *   notifyUrl: 'https://shop.example/wxpay/notify',
 *   v3: { privateKey, serial_no, apiV3Key, platformKeys: { PUB_KEY_ID_0119000001: publicKeyPem } },
 * });
 */
export function createWxpay(options: WxpayOptions): Wxpay {
  const { common, v2: credentialsV2, v3: credentialsV3 } = resolveOptions(options);
  const { appid, mchid, sub_appid, sub_mchid, notifyUrl, now } = common;
  const [appids, sub_appids] = [appidsOf(common), subAppidsOf(common)];
  const v3 = credentialsV3 && createV3(common, credentialsV3);
  const v2 = credentialsV2 && createV2(common, credentialsV2, v3?.queryRefund);
  const out = (v3 ?? v2) as Protocol;
  const { place, forget } = sharePlacing(out.place, now);
  const checked = (order: Order): PlaceableOrder => resolveOrder(order, common);
  const { queryOrder, closeOrder } = v3 && v2 ? acrossVersions(v3, v2) : out;
  return Object.freeze({
    ...otherApis(v3, v2),
    appid,
    appids,
    mchid,
    sub_appid,
    sub_appids,
    sub_mchid,
    notifyUrl,
    now,
    ready: () => out.ready(),
    prepay: async (order, payer) => place('jsapi', checked(order), resolvePayer(payer)),
    jsapiParams: (prepay_id, order = {}) => {
      checkMerchant(order, common);
      return out.jsapiParams(resolvePrepayId(prepay_id), accountOf(common, order));
    },
    native: async (order, from = {}) => ({
      code_url: await place('native', checked(order), resolveFrom('native', from)),
    }),
    h5: async (order, from) => ({ h5_url: await place('h5', checked(order), resolveAddress('h5', from)) }),
    app: async (order, from = {}) => {
      const placeable = checked(order);
      return out.appParams(await place('app', placeable, resolveFrom('app', from)), accountOf(common, placeable));
    },
    queryOrder: async (ref) => queryOrder(resolveRef(ref)),
    closeOrder: async (out_trade_no) => {
      resolveRef({ out_trade_no });
      try {
        await closeOrder(out_trade_no);
      } finally {
        // Forget also what was placed meanwhile. However the closing ended, WeChat is asked again.
        forget(out_trade_no);
      }
    },
    refund: async (request) => {
      checkRefundUrl(request, common);
      return out.refund(request);
    },
    queryRefund: (out_refund_no) => out.queryRefund(out_refund_no),
    applyAbnormalRefund: (request) => out.applyAbnormalRefund(request),
    tradeBill: (date, bill) => out.tradeBill(date, bill),
    fundFlowBill: (date, bill) => out.fundFlowBill(date, bill),
    readNotification: async (body, headers): Promise<Notification> => {
      const format = formatOf(headers, body);
      const protocol = [v3, v2].find((one) => one?.format === format);
      if (!protocol) throw new VerificationError('ERR_WXPAY_BAD_SIGNATURE', noCredentials(format, body));
      return { version: format.version, ...(await protocol.readNotification(body, headers)) };
    },
  } satisfies Wxpay);
}

/** WeChat sends a merchant of API v3 notifications of v2 for refunds made on the merchant platform. */
function noCredentials({ version }: NotificationFormat, body: Buffer): string {
  if (version === 'v3') return 'a notification of API v3 arrived: give "v3" to read it';
  const what = body.includes('<req_info>') ? 'a refund notification' : 'a notification';
  return (
    `${what} of API v2 arrived: give "v2.key" (the APIv2 key) to read it. WeChat sends this form for refunds made on the merchant ` +
    'platform, and for orders of API v2'
  );
}

/** The address must be https like the merchant's own, except with a simulator. */
function checkRefundUrl({ notify_url }: RefundRequest, { refundNotifyUrl }: Common): void {
  if (notify_url?.startsWith('http:') && refundNotifyUrl.startsWith('https:')) {
    throw new WxpayError('ERR_WXPAY_REFUND_INVALID', '"notify_url" must be https');
  }
}
