import type { Merchant } from '../accounts/merchant.js';
import { originOf } from '../http/addresses.js';
import { html } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { H5_PATH, linkKey } from '../payments/links.js';
import type { PayTarget } from '../payments/target.js';
import type { SimulatorState } from '../state.js';
import { payPage, refusedPage } from './pay-page.js';

const NO_REFERER = '商家参数格式有误，请联系商家解决';
const OTHER_DOMAIN = '商家存在未配置的参数，请联系商家解决';

/** The page of H5 payments, on the hosts of WeChat. */
export const h5Route = (state: SimulatorState): Route => ({
  method: '*',
  path: H5_PATH,
  handle: async (req) => {
    const { query, headers, body } = req;
    const url = `${originOf(req)}${H5_PATH}?${query}`;
    const referer = headers.referer?.[0];
    const cameFrom = req.method === 'POST' ? new URLSearchParams(`${body}`).get('back') : referer;
    const back = webAddress(query.get('redirect_url')) ?? webAddress(cameFrom);
    const refused = req.method === 'POST' ? undefined : refererProblem(state, url, referer);
    return refused ? html(refusedPage(refused, back)) : payPage(state, req, { url }, back);
  },
});

/** An address of a page, to which a browser may be sent. */
function webAddress(address: string | null | undefined): string | undefined {
  if (!address || !URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** WeChat checks where the person comes from, if the merchant has set its domains. */
function refererProblem(
  { ledger, merchants }: SimulatorState,
  url: string,
  referer: string | undefined,
): string | undefined {
  const order = ledger.findLink(linkKey(url))?.order;
  const { h5Domains } = (order && merchants.get(order.mchid)) ?? ({} as Partial<Merchant>);
  if (!h5Domains) return undefined;
  if (!referer || !URL.canParse(referer)) return NO_REFERER;
  return h5Domains.includes(new URL(referer).hostname) ? undefined : OTHER_DOMAIN;
}

/**
 * `/__wechat/scan?url=…` scans the QR code of a native payment, or opens the parameters of an app
 * as JSON.
 */
export const scanRoute = (state: SimulatorState): Route => ({
  method: '*',
  path: '/__wechat/scan',
  handle: (req): Promise<SimAnswer> => payPage(state, req, scanned(req)),
});

function scanned({ query }: SimRequest): PayTarget {
  const url = query.get('url') ?? '';
  if (!url.startsWith('{')) return { url };
  try {
    return { prepayid: undefined, ...JSON.parse(url) } as PayTarget;
  } catch {
    return { url };
  }
}
