import type { Route, SimRequest } from '../http/types.js';
import { answer, refuse as refuseWeixin } from '../oauth/answer.js';
import type { SimulatorState } from '../state.js';
import { UNNAMED } from '../v2/fields.js';
import { routeOf as routeV2 } from '../v2/route.js';
import { refuse } from '../v3/refusal.js';
import { routeOf as routeV3 } from '../v3/route.js';

const NO_PERMISSION = '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试';

/** Products of API v3 that the simulator does not have, by the start of their paths. */
const V3: Readonly<Record<string, string>> = {
  'combine-transactions': 'combined orders',
  'pay/transactions/codepay': 'payment codes',
  profitsharing: 'profit sharing',
  ecommerce: 'the e-commerce platform',
  'fund-app': 'transfers to a balance',
  transfer: 'batch transfers',
  'bill-receipt': 'receipts of transfers',
  marketing: 'coupons and activities',
  'merchant/media': 'media upload',
  'merchant/fund': 'balances and withdrawals',
  'merchant-service': 'complaints',
  payscore: 'payment score',
  'parking-service': 'parking',
  vehicle: 'parking and motorways',
  papay: 'contracts and deductions',
  'smart-guide': 'shop assistants',
  smartguide: 'shop assistants',
  businesscircle: 'shopping malls',
  'new-tax-control-fapiao': 'invoices',
  goldplan: 'the payment result page',
  applyment4sub: 'onboarding of merchants',
  apply4sub: 'settings of merchants',
  apply4subject: 'onboarding of merchants',
  capital: 'banks and cities',
  'mch-operation-manage': 'the mini-program management of merchants',
  'risk-control': 'risk reports',
  'edu-papay': 'school fees',
  offlinefacemch: 'payment by face',
  offlineface: 'payment by face',
  'retail-store': 'small shops',
  'global-transactions': 'cross-border payments',
};

/** Products of API v2 that the simulator does not have, by their paths. */
const V2: Readonly<Record<string, string>> = {
  '/pay/micropay': 'payment codes',
  '/secapi/pay/reverse': 'reversing a payment by code',
  '/pay/profitsharing…': 'profit sharing',
  '/pay/multiprofitsharing': 'profit sharing',
  '/secapi/pay/…': 'profit sharing',
  '/mmpaymkttransfers/…': 'transfers, red packets and coupons',
  '/mmpaysptrans/…': 'transfers to bank cards',
  '/mmpaymch/…': 'the merchant platform',
  '/pappay/…': 'contracts and deductions',
  '/pay/pappayapply': 'contracts and deductions',
  '/pay/contractorder': 'contracts and deductions',
  '/papay/…': 'contracts and deductions',
  '/payitil/report': 'reports',
  '/tools/…': 'short addresses and payment codes',
  '/secapi/mch/…': 'settings of merchants',
  '/billcommentsp/…': 'comments on orders',
  '/deposit/…': 'deposits',
  '/risk/…': 'the public key for transfers',
  '/xdc/…': 'the sandbox of API v2',
  '/sandboxnew/…': 'the old sandbox of API v2',
};

/** The start of a path that ends with `…`, or the whole path. */
const v2Pattern = (path: string): RegExp =>
  new RegExp(path.endsWith('…') ? `^${path.slice(0, -1)}` : `^${path}$`);

const note = (req: SimRequest, product: string): void =>
  void req.record.notes.push(`not simulated: ${product}. Answer it with a route of your own.`);

/** APIs that WeChat has and the simulator has not. They answer as to a merchant without them. */
export const notSimulatedRoutes = (state: SimulatorState): Route[] => [
  ...Object.entries(V3).map(([path, product]) => v3Route(state, path, product)),
  ...Object.entries(V2).map(([path, product]) => v2Route(state, path, product)),
  {
    method: '*',
    path: /^\/(?:cgi-bin|wxa|wxaapi|datacube|customservice|card|semantic)\//,
    handle: (req) => {
      note(req, 'this API of api.weixin.qq.com');
      return answer(state, req, 'application/json; encoding=utf-8', () => refuseWeixin(48001));
    },
  },
];

function v3Route(state: SimulatorState, start: string, product: string): Route {
  const run = () => refuse(403, 'NO_AUTH', NO_PERMISSION);
  const handle = (req: SimRequest) => {
    note(req, product);
    // The method is not known, so that of the request is used.
    return routeV3(state, { method: req.method, path: req.path, run }).handle(req);
  };
  return { method: '*', path: new RegExp(`^/v3/${start}(?:/|$)`), handle };
}

function v2Route(state: SimulatorState, path: string, product: string): Route {
  const run = () => ({ return_msg: NO_PERMISSION });
  const { handle } = routeV2(state, { path, rules: UNNAMED, anyAccount: true, run });
  return {
    method: '*',
    path: v2Pattern(path),
    handle: (req) => {
      note(req, product);
      return handle(req);
    },
  };
}
