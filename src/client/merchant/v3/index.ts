import { debuglog } from 'node:util';
import { type Account, payingAppid } from '../../../core/accounts.js';
import { createBillReader } from '../../../core/bills/reader.js';
import { FUND_FLOW_HEADINGS, TRADE_HEADINGS, toFundFlowRow, toTradeRow } from '../../../core/bills/rows.js';
import { sealOaep } from '../../../core/crypto/rsa.js';
import { WxpayError } from '../../../core/errors.js';
import { CODE_URL, H5_URL, PREPAY_ID } from '../../../core/ids.js';
import { FieldFault, type JsonObject, readObject, text } from '../../../core/json.js';
import { checkRefundNo, resolveAbnormalRefund, resolveRefund } from '../../../core/refund.js';
import { buildFundFlowBill, buildTradeBill, readBillLocation } from '../../../core/v3/bills.js';
import { openResource, readEnvelope } from '../../../core/v3/envelope.js';
import { type Call, foreignField, type MerchantV3 } from '../../../core/v3/merchant.js';
import { readSignature, verifySignature } from '../../../core/v3/message.js';
import { readNotice } from '../../../core/v3/notify.js';
import { signApp, signJsapi } from '../../../core/v3/paysign.js';
import { buildAbnormalRefund, buildRefund, buildRefundQuery, readRefund } from '../../../core/v3/refunds.js';
import { buildClose, buildPlace, buildQuery, readTransaction } from '../../../core/v3/transactions.js';
import type { PayType, Refund } from '../../../core/vocabulary.js';
import { toUnixSeconds } from '../../../util/clock.js';
import type { Common } from '../../options.js';
import { billRows } from '../bill-stream.js';
import { FORMAT_V3 } from '../notification-format.js';
import type { OtherApisV3 } from '../other-apis.js';
import type { Protocol } from '../protocol.js';
import { refundSafely } from '../refund-safely.js';
import { withRaw } from '../with-raw.js';
import { createExchangeV3 } from './exchange.js';
import type { ResolvedV3 } from './options.js';
import { createOtherApisV3 } from './other-apis/index.js';

const debug = debuglog('koa-wxpay');

/** What WeChat answers to a placed order, by the way of paying. */
const PLACED: Record<PayType, [name: string, form: RegExp]> = {
  jsapi: ['prepay_id', PREPAY_ID],
  native: ['code_url', CODE_URL],
  h5: ['h5_url', H5_URL],
  app: ['prepay_id', PREPAY_ID],
};

/**
 * The calls of API v3: JSON, signed with the merchant's RSA key and answered with the platform's.
 */
export function createV3(common: Common, credentials: ResolvedV3): Protocol & OtherApisV3 {
  const { mchid, sub_mchid, hosts, now, nonce } = common;
  const { privateKey, apiV3Keys } = credentials;
  const exchange = createExchangeV3(common, credentials);
  const { keys, ask, download } = exchange;
  const merchant: MerchantV3 = common;

  async function read<T>(call: Call, reader: (value: JsonObject) => T, serial?: string): Promise<T> {
    const value = readObject(await ask(call, serial));
    if (!value) throw badAnswer(call, 'it is not a JSON object');
    const foreign = foreignField(value, merchant, 'nothing');
    if (foreign) throw badAnswer(call, foreign);
    try {
      return reader(value);
    } catch (error) {
      throw error instanceof FieldFault ? badAnswer(call, error.message) : error;
    }
  }

  const pay = (prepay_id: string, account: Account) => ({
    appid: payingAppid(account),
    prepay_id,
    privateKey,
    timestamp: String(toUnixSeconds(now())),
    nonceStr: nonce(),
  });

  async function queryRefund(out_refund_no: string): Promise<Refund> {
    checkRefundNo(out_refund_no);
    const call = buildRefundQuery(out_refund_no, merchant);
    return about(call, { out_refund_no }, await read(call, (value) => readRefund(value, merchant)));
  }

  async function* bill<Row>(call: Call, toRow: (columns: Readonly<Record<string, string>>) => Row, headings: string[]) {
    const own = [hosts.baseUrl, hosts.backupUrl].filter((host) => host !== undefined);
    const { host, path, sha1 } = readBillLocation(await ask(call), own);
    const chunks = await download({ operation: `the download of ${call.operation}`, method: 'GET', path }, host);
    yield* billRows(chunks, createBillReader(toRow, headings), sha1);
  }

  return {
    ...createOtherApisV3(common, credentials, exchange),
    ready: () => keys.ready(),
    place: async (type, order, from) =>
      read(buildPlace(type, order, from, merchant), (value) => text(value, ...PLACED[type])),
    jsapiParams: (prepay_id, account) => signJsapi(pay(prepay_id, account)),
    appParams: (prepay_id, account) => signApp({ ...pay(prepay_id, account), mchid: sub_mchid ?? mchid }),
    async queryOrder(ref) {
      const call = buildQuery(ref, merchant);
      const transaction = await read(call, (value) => withRaw(readTransaction(value, merchant), value));
      return about(call, ref, transaction);
    },
    async closeOrder(out_trade_no) {
      await ask(buildClose(out_trade_no, merchant));
    },
    async refund(request) {
      const checked = resolveRefund(request);
      const call = buildRefund(checked, merchant);
      return refundSafely(checked, {
        send: () => read(call, (value) => readRefund(value, merchant)),
        query: () => queryRefund(checked.out_refund_no),
      });
    },
    queryRefund,
    async applyAbnormalRefund(request) {
      const checked = resolveAbnormalRefund(request);
      const { serial, key } = await keys.current();
      const call = buildAbnormalRefund(checked, merchant, (text) => sealOaep(key.key, text));
      const { refund_id, out_refund_no } = checked;
      const refund = await read(call, (value) => readRefund(value, merchant), serial);
      return about(call, { refund_id, out_refund_no }, refund);
    },
    tradeBill: (date, options = {}) => bill(buildTradeBill(date, options, merchant), toTradeRow, TRADE_HEADINGS),
    fundFlowBill: (date, options = {}) => bill(buildFundFlowBill(date, options), toFundFlowRow, FUND_FLOW_HEADINGS),
    format: FORMAT_V3,
    async readNotification(body, headers) {
      const signature = readSignature(headers, now());
      const { key } = await keys.find(signature.serial);
      verifySignature(key, signature, body);
      const envelope = readEnvelope(body);
      const { plaintext, keyIndex } = openResource(envelope.resource, apiV3Keys);
      if (apiV3Keys.length > 1) debug('apiV3Key %d of %d opened a notification', keyIndex + 1, apiV3Keys.length);
      return readNotice(envelope, plaintext, merchant);
    },
  };
}

const badAnswer = ({ operation }: Call, reason: string): WxpayError =>
  new WxpayError('ERR_WXPAY_BAD_ANSWER', `the answer to ${operation}: ${reason}`, { status: 502 });

/** A signed answer about something else must not be used. */
function about<T extends object>(call: Call, asked: object, answered: T): T {
  for (const [name, value] of Object.entries(asked)) {
    if (answered[name as keyof T] !== value) throw badAnswer(call, `it speaks of another ${name}`);
  }
  return answered;
}
