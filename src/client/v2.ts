import { badAnswer, buildRequest, need, type OutgoingV2, readAnswer } from '../core/v2/message.js';
import { readPaymentNotice, verifyNotify } from '../core/v2/notify.js';
import { appParams, jsapiParams } from '../core/v2/pay-params.js';
import type { FieldsV2 } from '../core/v2/sign.js';
import { readTransaction } from '../core/v2/transaction.js';
import { type PlaceV2, unifiedorder } from '../core/v2/unifiedorder.js';
import type { Order } from '../core/vocabulary.js';
import { exchangeWithBackup } from './exchange.js';
import type { Common } from './options.js';
import type { ResolvedV2 } from './options-v2.js';
import type { Protocol } from './protocol.js';

const LIMIT = 256 * 1024;

/** API v2: XML over POST, one shared key. */
export function createV2(common: Common, credentials: ResolvedV2): Protocol {
  const { appid, mchid, sub_appid, sub_mchid, notifyUrl, hosts, timeout, dispatcher, now, nonce } = common;
  const merchant = { appid, mchid, sub_appid, sub_mchid, ...credentials };
  const stamp = () => ({ timestamp: now(), nonce: nonce() });

  async function call(path: string, fields: OutgoingV2): Promise<FieldsV2> {
    const { status, body } = await exchangeWithBackup(hosts, path, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: buildRequest(merchant, fields, nonce()),
      timeout,
      limit: LIMIT,
      dispatcher,
      operation: path,
    });
    if (status !== 200) throw badAnswer(path, `HTTP ${status}`);
    return readAnswer(merchant, path, body);
  }

  async function place(
    order: Order,
    how: Omit<PlaceV2, 'notify_url' | 'client_ip'> & { client_ip?: string | undefined },
  ) {
    // the documentation asks for the caller's own address where no payer's is known
    const client_ip = how.client_ip ?? '127.0.0.1';
    return call('/pay/unifiedorder', unifiedorder(merchant, order, { ...how, client_ip, notify_url: notifyUrl }));
  }

  const result = async (fields: Promise<FieldsV2>, name: string) => need('/pay/unifiedorder', await fields, name);

  return {
    async ready() {},
    prepay: (order, { openid, client_ip }) =>
      result(place(order, { trade_type: 'JSAPI', openid, client_ip }), 'prepay_id'),
    jsapiParams: (prepay_id) => jsapiParams(merchant, prepay_id, stamp()),
    native: async (order, { client_ip }) => ({
      code_url: await result(place(order, { trade_type: 'NATIVE', client_ip }), 'code_url'),
    }),
    h5: async (order, { client_ip }) => ({
      h5_url: await result(place(order, { trade_type: 'MWEB', client_ip }), 'mweb_url'),
    }),
    app: async (order, { client_ip }) =>
      appParams(merchant, await result(place(order, { trade_type: 'APP', client_ip }), 'prepay_id'), stamp()),
    async queryOrder(ref) {
      const fields = await call('/pay/orderquery', { ...ref });
      checkAsked(ref, fields);
      return readTransaction(fields, need('/pay/orderquery', fields, 'trade_state'));
    },
    async closeOrder(out_trade_no) {
      await call('/pay/closeorder', { out_trade_no });
    },
    async readNotify(body) {
      const { fields, signType } = verifyNotify(merchant, body);
      if (signType !== merchant.signType) {
        process.emitWarning(`a notification to ${mchid} is signed with ${signType}, orders with ${merchant.signType}`, {
          code: 'WXPAY_SIGN_TYPE_MISMATCH',
        });
      }
      return readPaymentNotice(merchant, fields);
    },
  };
}

/** An answer about another order, however well signed, is not an answer. */
function checkAsked(ref: object, fields: FieldsV2): void {
  for (const [name, value] of Object.entries(ref)) {
    if (fields.get(name) !== value) throw badAnswer('/pay/orderquery', `it speaks of another ${name}`);
  }
}
