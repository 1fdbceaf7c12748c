import { debuglog } from 'node:util';
import { accountOf } from '../../../core/accounts.js';
import { createBillReader } from '../../../core/bills/reader.js';
import { FUND_FLOW_HEADINGS, TRADE_HEADINGS, toFundFlowRow, toTradeRow } from '../../../core/bills/rows.js';
import { WxpayError } from '../../../core/errors.js';
import { CODE_URL, H5_URL, PREPAY_ID } from '../../../core/ids.js';
import { checkRefundNo, resolveRefund } from '../../../core/refund.js';
import { fundFlowBillFields, tradeBillFields } from '../../../core/v2/bills.js';
import { badAnswer, need } from '../../../core/v2/message.js';
import { readNotifyFields, readPaymentNotice, verifyNotify } from '../../../core/v2/notify.js';
import { appParams, jsapiParams } from '../../../core/v2/pay-params.js';
import { readAcceptedRefund, readQueriedRefund, refundFields } from '../../../core/v2/refund.js';
import { isRefundNotice, openReqInfo, readRefundNotice } from '../../../core/v2/refund-notice.js';
import type { FieldsV2 } from '../../../core/v2/sign.js';
import { readTransaction } from '../../../core/v2/transaction.js';
import { type PlaceV2, unifiedorder } from '../../../core/v2/unifiedorder.js';
import type { NotificationContent, PayType, Refund } from '../../../core/vocabulary.js';
import { toUnixSeconds } from '../../../util/clock.js';
import type { Common } from '../../options.js';
import { billRows } from '../bill-stream.js';
import { FORMAT_V2 } from '../notification-format.js';
import type { OtherApisV2 } from '../other-apis.js';
import type { Protocol } from '../protocol.js';
import { refundSafely } from '../refund-safely.js';
import { withRaw } from '../with-raw.js';
import { underEach } from './accounts.js';
import { confirmRefund } from './confirm-refund.js';
import { createExchangeV2 } from './exchange.js';
import type { ResolvedV2 } from './options.js';
import { createOtherApisV2 } from './other-apis.js';

const debug = debuglog('koa-wxpay');

/** How `/pay/unifiedorder` names each way of paying, and what it answers. */
const PLACED: Record<PayType, [trade_type: PlaceV2['trade_type'], name: string, form: RegExp]> = {
  jsapi: ['JSAPI', 'prepay_id', PREPAY_ID],
  native: ['NATIVE', 'code_url', CODE_URL],
  h5: ['MWEB', 'mweb_url', H5_URL],
  app: ['APP', 'prepay_id', PREPAY_ID],
};

/**
 * API v2: XML over POST, one shared key.
 *
 * @param confirm asks for a refund that a notification speaks of. @default v2's own refund query
 */
export function createV2(
  common: Common,
  { clientCertificate, ...credentials }: ResolvedV2,
  confirm?: (out_refund_no: string) => Promise<Refund>,
): Protocol & OtherApisV2 {
  const { appid, appids, mchid, sub_appid, sub_appids, sub_mchid, notifyUrl, refundNotifyUrl, now, nonce } = common;
  const merchant = { appid, appids, mchid, sub_appid, sub_appids, sub_mchid, ...credentials };
  const exchange = createExchangeV2(common, merchant, clientCertificate);
  const { call, callWithCertificate, download } = exchange;
  const stamp = () => ({ timestamp: toUnixSeconds(now()), nonce: nonce() });

  async function queryRefund(out_refund_no: string): Promise<Refund> {
    checkRefundNo(out_refund_no);
    const asked = { out_refund_no };
    return underEach(merchant, 'refund_not_found', async (account) =>
      readQueriedRefund(merchant, await call('/pay/refundquery', asked, account), out_refund_no),
    );
  }

  async function readRefund(fields: FieldsV2): Promise<NotificationContent> {
    const { inner, keyIndex } = openReqInfo(merchant.keys, fields.get('req_info') ?? '');
    if (keyIndex > 0) debug('v2.key %d of %d opened a refund notification', keyIndex + 1, merchant.keys.length);
    return { notice: await confirmRefund(readRefundNotice(merchant, fields, inner), confirm ?? queryRefund) };
  }

  return {
    ...createOtherApisV2(common, merchant, exchange),
    async ready() {},
    async place(type, order, { clientIp = '127.0.0.1', ...payer }) {
      const [trade_type, name, form] = PLACED[type];
      // The documentation asks for the caller's own address where no payer's is known.
      const account = accountOf(merchant, order);
      const how = { trade_type, ...payer, clientIp, notify_url: notifyUrl };
      const fields = unifiedorder({ ...merchant, ...account }, order, how);
      return need('/pay/unifiedorder', await call('/pay/unifiedorder', fields, account), name, form);
    },
    jsapiParams: (prepay_id, account) => jsapiParams({ ...merchant, ...account }, prepay_id, stamp()),
    appParams: (prepay_id, account) => appParams({ ...merchant, ...account }, prepay_id, stamp()),
    async queryOrder(ref) {
      const fields = await underEach(merchant, 'order_not_found', (account) => call('/pay/orderquery', ref, account));
      checkAsked(ref, fields);
      const transaction = readTransaction(fields, need('/pay/orderquery', fields, 'trade_state'));
      return withRaw(transaction, Object.fromEntries(fields));
    },
    async closeOrder(out_trade_no) {
      await underEach(merchant, 'order_not_found', (account) => call('/pay/closeorder', { out_trade_no }, account));
    },
    async refund(request) {
      const checked = resolveRefund(request);
      const fields = refundFields(checked, refundNotifyUrl);
      return refundSafely(checked, {
        send: () =>
          underEach(merchant, 'order_not_found', async (account) =>
            readAcceptedRefund(merchant, await callWithCertificate('/secapi/pay/refund', fields, account)),
          ),
        query: () => queryRefund(checked.out_refund_no),
      });
    },
    queryRefund,
    async applyAbnormalRefund() {
      throw new WxpayError(
        'ERR_WXPAY_REFUND_INVALID',
        'applyAbnormalRefund needs API v3; under v2 use the merchant platform',
      );
    },
    tradeBill: (date, options = {}) =>
      billRows(
        download('/pay/downloadbill', tradeBillFields(date, options), { clientCertificate: false }),
        createBillReader(toTradeRow, TRADE_HEADINGS),
      ),
    fundFlowBill: (date, options = {}) =>
      billRows(
        download('/pay/downloadfundflow', fundFlowBillFields(date, options), {
          clientCertificate: true,
          signType: 'HMAC-SHA256',
        }),
        createBillReader(toFundFlowRow, FUND_FLOW_HEADINGS),
      ),
    format: FORMAT_V2,
    async readNotification(body) {
      const fields = readNotifyFields(body);
      if (isRefundNotice(fields)) return readRefund(fields);
      const { signType, key } = verifyNotify(merchant, fields);
      if (signType !== merchant.signType) {
        process.emitWarning(`a notification to ${mchid} is signed with ${signType}, orders with ${merchant.signType}`, {
          code: 'WXPAY_SIGN_TYPE_MISMATCH',
        });
      }
      if (key !== merchant.keys[0]) debug('a v2.key other than the first verified a notification');
      return readPaymentNotice(merchant, fields);
    },
  };
}

/** An answer about another order, however well signed, is not an answer. */
function checkAsked(asked: object, fields: FieldsV2): void {
  for (const [name, value] of Object.entries(asked)) {
    if (fields.get(name) !== value) throw badAnswer('/pay/orderquery', `it speaks of another ${name}`);
  }
}
