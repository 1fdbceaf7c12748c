import { error, type Finding, warning } from '../finding.js';
import type { Chain, Link } from './chains.js';
import { type Kind, kindOf } from './known.js';

/** A chain with what its middlewares are. */
interface Read extends Chain {
  kinds: readonly (Kind | undefined)[];
}

/** A rule about the order of middlewares in one chain. */
type Rule = (chain: Read) => Finding[];

const at = ({ kinds }: Read, kind: Kind): number => kinds.indexOf(kind);
const before = (chain: Read, kind: Kind): readonly (Kind | undefined)[] =>
  chain.kinds.slice(0, Math.max(0, at(chain, kind)));

const parserBeforeNotify: Rule = (chain) =>
  before(chain, 'wxNotify').includes('koa-body')
    ? [
        error(
          chain.route,
          'koa-body runs before wxNotify',
          'Unless it was given includeUnparsed: true, it keeps no bytes, and no signature can be verified (ERR_WXPAY_RAW_BODY_UNAVAILABLE).',
          'Mount wxNotify before it, or set includeUnparsed: true.',
        ),
      ]
    : [];

const loginBeforeNotify: Rule = (chain) =>
  before(chain, 'wxNotify').some((kind) => kind === 'wxOAuth' || kind === 'wxMiniLogin')
    ? [
        error(
          chain.route,
          'a login runs before wxNotify',
          'WeChat Pay has no session: the login answers in place of wxNotify, and no payment is settled.',
          'Mount wxNotify outside of what needs a login.',
        ),
      ]
    : [];

const notifyTwice: Rule = (chain) =>
  chain.kinds.filter((kind) => kind === 'wxNotify').length > 1
    ? [
        error(
          chain.route,
          'two wxNotify run for one path',
          'The second one would read a body that the first has read (ERR_WXPAY_MOUNT).',
          'Give every merchant a path of its own.',
        ),
      ]
    : [];

const notifyEverywhere: Rule = (chain) =>
  at(chain, 'wxNotify') >= 0 && chain.links[at(chain, 'wxNotify')]?.by !== 'route'
    ? [
        error(
          chain.route,
          `wxNotify is mounted with ${chain.links[at(chain, 'wxNotify')]?.by}`,
          'It answers every request, pages included, as if it were a notification.',
          "Mount it on its path: router.post('/wxpay/notify', wxNotify(…), handler).",
        ),
      ]
    : [];

const notifyByPost: Rule = (chain) =>
  at(chain, 'wxNotify') >= 0 && chain.path !== undefined && !chain.methods.includes('POST')
    ? [
        error(
          chain.route,
          'wxNotify is not mounted for POST',
          'Notifications are POST requests: they would get 404 or 405.',
          'Mount it with router.post.',
        ),
      ]
    : [];

const prepayWithoutLogin: Rule = (chain) =>
  at(chain, 'wxPrepay') >= 0 && !before(chain, 'wxPrepay').some((kind) => kind === 'wxOAuth' || kind === 'wxMiniLogin')
    ? [
        warning(
          chain.route,
          'nothing before wxPrepay finds out the openid',
          'A payment inside WeChat (JSAPI) needs it. Payments by QR code, H5 and app do not, nor does the option openid(ctx).',
          'Mount wxOAuth or the guard of wxMiniLogin before it, unless its type is native, h5 or app.',
        ),
      ]
    : [];

const guardByUse: Rule = (chain) =>
  chain.sensitive || !chain.links.some((link, place) => link.by === 'router.use' && isGuard(chain.kinds[place]))
    ? []
    : [
        warning(
          chain.route,
          'a login is mounted with router.use, and the router is not sensitive',
          'Under a prefix router.use is matched with regard to case and routes are not: /ACCOUNT would be served without the login.',
          'Give the login to each route, or create the router with { sensitive: true }.',
        ),
      ];

const isGuard = (kind: Kind | undefined): boolean => kind === 'wxOAuth' || kind === 'wxMiniLogin';

const payPageCase: Rule = (chain) =>
  at(chain, 'wxPrepay') >= 0 && !chain.sensitive
    ? [
        warning(
          chain.route,
          'the router is not sensitive, and 支付授权目录 is',
          'A customer who opens the page in other letters sees "当前页面的URL未注册" when paying, unless the bare host is registered.',
          'Create the router with { sensitive: true }, or register the bare host.',
        ),
      ]
    : [];

const RULES: readonly Rule[] = [
  ...[parserBeforeNotify, loginBeforeNotify, notifyTwice, notifyEverywhere, notifyByPost],
  ...[prepayWithoutLogin, guardByUse, payPageCase],
];

/** What is wrong with the order of the middlewares of one chain. */
export function checkOrder(chain: Chain): Finding[] {
  const read = { ...chain, kinds: chain.links.map(kindOf) };
  return RULES.flatMap((rule) => rule(read));
}

/** Whether one of the middlewares of a chain is of this kind. */
export const has = ({ links }: Chain, kind: Kind): boolean => links.some((link: Link) => kindOf(link) === kind);
