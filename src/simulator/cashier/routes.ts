import { equalText, sha1Hex } from '../../core/crypto/digest.js';
import { json } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { holderOf } from '../oauth/holder.js';
import { miniProgramOf } from '../oauth/mini-program-view.js';
import { checkPayment } from '../payments/check-payment.js';
import { pay } from '../payments/pay.js';
import type { PayOptions } from '../payments/pay-options.js';
import type { BridgeParams } from '../payments/target.js';
import type { SimulatorState } from '../state.js';
import { bridgeScript } from './bridge-script.js';
import { couponFor } from './coupon.js';
import { jweixinScript } from './jweixin-script.js';
import { scanRoute } from './link-routes.js';
import { miniProgramScript } from './mini-program-script.js';

const script = (text: string): SimAnswer => ({
  status: 200,
  headers: { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-store' },
  body: text,
});

const FAIL = 'get_brand_wcpay_request:fail';
const OK = 'get_brand_wcpay_request:ok';

/** What the bridge sends: the parameters and the address of the page. */
interface BridgeRequest {
  params: BridgeParams;
  payer: Pick<PayOptions, 'person' | 'page'>;
}

/** In a mini program the appid is its own, and there are no payment directories. */
function readBridgeRequest(state: SimulatorState, req: SimRequest): BridgeRequest | undefined {
  const { params, page } = readJson(req.body);
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return undefined;
  const person = holderOf(state, req);
  const appId = miniProgramOf(state, req);
  return appId === undefined
    ? { params: { package: undefined, ...params }, payer: { person, page: String(page ?? '') } }
    : { params: { package: undefined, ...params, appId }, payer: { person } };
}

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const malformed = (): SimAnswer =>
  json({ err_msg: FAIL, err_desc: '支付参数类型错误：参数必须是对象' });

/** Makes the checks before the sheet opens, and answers what it shows. Amounts in fen. */
function ask(state: SimulatorState, req: SimRequest): SimAnswer {
  const request = readBridgeRequest(state, req);
  if (!request) return malformed();
  const { params, payer } = request;
  const checked = checkPayment(state, params, payer);
  if ('err_desc' in checked) return json({ err_msg: FAIL, err_desc: checked.err_desc });
  const { order, person } = checked;
  const { description, mchid, total } = order;
  const coupon = couponFor(state, total);
  const payer_total = total - coupon;
  return json({ sheet: { description, mchid, total, coupon, payer_total, person: person.name } });
}

/** Pays, when the person has confirmed in the sheet. */
async function confirm(state: SimulatorState, req: SimRequest): Promise<SimAnswer> {
  const request = readBridgeRequest(state, req);
  if (!request) return malformed();
  const { params, payer } = request;
  const checked = checkPayment(state, params, payer);
  if (state.switches.cashier.falseOk && 'order' in checked) return json({ err_msg: OK });
  const coupon = 'order' in checked ? couponFor(state, checked.order.total) : 0;
  const { err_msg, err_desc } = await pay(state, params, { ...payer, coupon });
  return json({ err_msg, ...(err_desc && { err_desc }) });
}

/** Checks the signature of `wx.config`, which covers the page's address without its fragment. */
function checkConfig({ tokens }: SimulatorState, req: SimRequest): SimAnswer {
  const { appId, timestamp, nonceStr, signature, url } = readJson(req.body);
  const ticket = tokens.currentTicket(String(appId));
  const message = [
    `jsapi_ticket=${ticket}`,
    `noncestr=${nonceStr}`,
    `timestamp=${timestamp}`,
    `url=${String(url).split('#')[0]}`,
  ].join('&');
  const genuine = ticket !== undefined && equalText(String(signature), sha1Hex(message));
  return json({ errMsg: genuine ? 'config:ok' : 'config:invalid signature' });
}

/** `wx.login()` of the mini program in which the phone shows its pages. */
function login(state: SimulatorState, req: SimRequest): SimAnswer {
  const appid = miniProgramOf(state, req);
  if (appid === undefined) return json({ errMsg: 'login:fail' }, 403);
  return json({ code: state.codes.issueForMiniProgram({ appid, person: holderOf(state, req) }) });
}

/** What the pages of the phone load and call: the bridge, the JS-SDK and the cashier. */
export const cashierRoutes = (state: SimulatorState): Route[] => [
  {
    method: 'GET',
    path: '/__wechat/bridge.js',
    handle: () => script(bridgeScript(state.switches.cashier)),
  },
  { method: 'GET', path: '/__wechat/jweixin.js', handle: () => script(jweixinScript) },
  {
    method: 'GET',
    path: '/__wechat/mini-program.js',
    handle: (req) => script(miniProgramScript(miniProgramOf(state, req) ?? '')),
  },
  { method: 'POST', path: '/__wechat/mini-program/login', handle: (req) => login(state, req) },
  scanRoute(state),
  { method: 'POST', path: '/__wechat/cashier/ask', handle: (req) => ask(state, req) },
  { method: 'POST', path: '/__wechat/cashier/pay', handle: (req) => confirm(state, req) },
  { method: 'POST', path: '/__wechat/config', handle: (req) => checkConfig(state, req) },
];
