import type { MerchantV2 } from '../../core/v2/merchant.js';
import {
  appParams as appParamsV2,
  jsapiParams as jsapiParamsV2,
} from '../../core/v2/pay-params.js';
import { signApp, signJsapi } from '../../core/v3/paysign.js';
import type { AppParams, JsapiParams } from '../../core/vocabulary.js';
import { toUnixSeconds } from '../../util/clock.js';
import type { Merchant } from '../accounts/merchant.js';
import type { OrderRefusal } from '../ledger/ledger.js';
import { type LedgerOrder, type OrderRequest, payingAppid } from '../ledger/order.js';
import { digits, letters } from '../random.js';
import type { SimulatorState } from '../state.js';
import { codeUrl, h5Url } from './links.js';
import { isNotifyUrl } from './notify-url.js';

const TRADE_TYPES = { jsapi: 'JSAPI', native: 'NATIVE', app: 'APP', h5: 'MWEB' } as const;

/** An order that is placed without a request of its merchant. Amounts in fen. */
export interface NewOrder {
  /** @default 'jsapi' */
  type?: keyof typeof TRADE_TYPES;
  /**
   * The API that orders, and in whose form the payment is notified.
   *
   * @default 'v3'
   */
  api?: 'v2' | 'v3';
  total: number;
  notify_url: string;
  /** @default a number that is free */
  out_trade_no?: string;
  /** @default '模拟订单' */
  description?: string;
  attach?: string;
  /** @default the default merchant */
  mchid?: string;
  /** @default the first account of the merchant */
  appid?: string;
  /**
   * The id of the person who is going to pay. Only for JSAPI.
   *
   * @default the first person
   */
  person?: string;
}

/** An order and what leads to its cashier. */
export interface PlacedOrder {
  order: LedgerOrder;
  prepay_id: string;
  /** Of a native order: the content of its QR code. */
  code_url?: string;
  /** Of an H5 order: its page. */
  h5_url?: string;
  /** Of a JSAPI order: the parameters of the page, signed by the merchant. */
  jsapi?: JsapiParams;
  /** Of an order of an app: its parameters, signed by the merchant. */
  app?: AppParams;
}

const REFUSED: Record<OrderRefusal, string> = {
  paid: 'is paid already',
  closed: 'is closed',
  changed: 'exists with other values',
  expired: 'has expired',
};

/**
 * Places an order as its merchant would.
 *
 * @throws {TypeError} when a value is wrong, or the number is used already
 */
export function placeOrder(state: SimulatorState, order: NewOrder): PlacedOrder {
  const merchant = merchantOf(state, order.mchid);
  const request = requestOf(state, merchant, order);
  const placed = state.ledger.place(request);
  if ('refused' in placed) {
    throw new TypeError(`order ${request.out_trade_no} ${REFUSED[placed.refused]}`);
  }
  return { ...placed, ...waysToPay(state, merchant, placed) };
}

/** @throws {TypeError} */
export function merchantOf({ merchants }: SimulatorState, mchid: string | undefined): Merchant {
  const merchant = mchid === undefined ? merchants.values().next().value : merchants.get(mchid);
  if (merchant) return merchant;
  throw new TypeError(`there is no merchant ${mchid}: there are ${[...merchants.keys()].join()}`);
}

function requestOf(state: SimulatorState, merchant: Merchant, order: NewOrder): OrderRequest {
  const { type = 'jsapi', api = 'v3', total, notify_url, attach } = order;
  const { appid = merchant.appids[0] ?? '', description = '模拟订单' } = order;
  const out_trade_no = order.out_trade_no ?? `SIM${digits(state.random, 13)}`;
  if (!/^[0-9A-Za-z_\-|*]{6,32}$/.test(out_trade_no)) {
    throw new TypeError('"out_trade_no" must be 6 to 32 letters, digits, _, -, | or *');
  }
  if (!(Number.isSafeInteger(total) && total >= 1)) {
    throw new TypeError(`"total" must be whole fen, at least 1, not ${total}`);
  }
  if (!isNotifyUrl(notify_url, state.rules)) {
    throw new TypeError(
      `"notify_url" must be an https address without a query, or http on this machine ` +
        '(rule notifyInsecure: anywhere)',
    );
  }
  if (!merchant.appids.includes(appid)) {
    throw new TypeError(`"appid" must be one of the merchant's: ${merchant.appids.join()}`);
  }
  return {
    api,
    mchid: merchant.mchid,
    appid,
    out_trade_no,
    trade_type: TRADE_TYPES[type],
    description,
    total,
    currency: 'CNY',
    notify_url,
    ...(attach && { attach }),
    ...(type === 'jsapi' && { openid: openidOf(state, appid, order.person) }),
    ...(api === 'v2' && { sign_type: 'MD5' as const }),
  };
}

function openidOf({ people }: SimulatorState, appid: string, id: string | undefined): string {
  const person = id === undefined ? people.values().next().value : people.get(id);
  if (person) return person.openid(appid);
  throw new TypeError(`there is no person ${id}: there are ${[...people.keys()].join()}`);
}

function waysToPay(
  state: SimulatorState,
  merchant: Merchant,
  { order, prepay_id }: { order: LedgerOrder; prepay_id: string },
): Omit<PlacedOrder, 'order' | 'prepay_id'> {
  const origin = state.urls.primary;
  if (order.trade_type === 'NATIVE') return { code_url: codeUrl(state, order) };
  if (order.trade_type === 'MWEB') return { h5_url: h5Url(state, order, { prepay_id, origin }) };
  const { mchid, key, keys } = merchant;
  const appid = payingAppid(order);
  const now = toUnixSeconds(state.clock.real());
  const nonce = letters(state.random, 32);
  const isApp = order.trade_type === 'APP';
  if (order.api === 'v3') {
    const input = { appid, prepay_id, privateKey: keys.privateKey };
    const signed = { ...input, timestamp: String(now), nonceStr: nonce };
    return isApp ? { app: signApp({ ...signed, mchid }) } : { jsapi: signJsapi(signed) };
  }
  const merchantV2: MerchantV2 = {
    appid,
    mchid,
    keys: [key],
    signType: 'MD5',
    acceptSignTypes: [],
  };
  const stamp = { timestamp: now, nonce };
  return isApp
    ? { app: appParamsV2(merchantV2, prepay_id, stamp) }
    : { jsapi: jsapiParamsV2(merchantV2, prepay_id, stamp) };
}
