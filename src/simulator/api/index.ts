import type { z } from 'zod';
import { json, type Route, type SimAnswer, type SimRequest } from '../http.js';
import type { PayTarget } from '../ledger/examine.js';
import { pay } from '../ledger/pay.js';
import { refundViewOf, viewOf } from '../ledger/view.js';
import type { OAuthSwitches } from '../oauth/switches.js';
import type { Switches } from '../switches.js';
import type { World } from '../world.js';
import { advanceBody, payBody, switchesBody } from './bodies.js';

/** The simulator's own JSON interface, for tests in other processes and for its web page. */
export const apiRoutes = (world: World): Route[] => [
  { method: 'GET', path: '/__sim/state', handle: () => json(stateOf(world)) },
  { method: 'GET', path: '/__sim/switches', handle: () => json(world.switches) },
  {
    method: 'DELETE',
    path: '/__sim/switches',
    handle: () => {
      world.switches.clear();
      return json(world.switches);
    },
  },
  post('/__sim/switches', switchesBody, (body) => {
    setSwitches(world.switches, body);
    return json(world.switches);
  }),
  post('/__sim/advance', advanceBody, async ({ seconds }) => {
    await world.clock.advance(seconds);
    return json({ now: world.clock.now() });
  }),
  post('/__sim/pay', payBody, async ({ out_trade_no, prepay_id, jsapi, coupon, person, page }) => {
    const target: PayTarget | undefined =
      jsapi ??
      ((prepay_id !== undefined && { prepay_id }) || (out_trade_no !== undefined && { out_trade_no }) || undefined);
    if (!target) return refused('one of "jsapi", "prepay_id" and "out_trade_no" must say what is paid');
    return json(
      await pay(world, target, {
        ...(coupon !== undefined && { coupon }),
        ...(person !== undefined && { person }),
        ...(page !== undefined && { page }),
      }),
    );
  }),
];

const stateOf = ({ clock, people, apps, merchants, ledger, refunds, deliveries }: World) => ({
  now: clock.now(),
  people: [...people.values()].map(({ id, name, unionid, openid }) => ({
    ...{ id, name, unionid },
    openids: Object.fromEntries([...apps.keys()].map((appid) => [appid, openid(appid)])),
  })),
  apps: [...apps.keys()],
  merchants: [...merchants.keys()],
  orders: ledger.all().map(viewOf),
  refunds: refunds.all().map(refundViewOf),
  deliveries: deliveries.log,
});

function setSwitches(switches: Switches, body: z.infer<typeof switchesBody>): void {
  const { notification, lag, notify, api = {}, next, oauth, cashier, refund, bill, v3 } = body;
  if (notification !== undefined) switches.notification = notification;
  if (lag !== undefined) switches.lag = lag;
  if (notify !== undefined) switches.notify = notify ?? undefined;
  for (const [path, fault] of Object.entries(api)) switches.api[path] = fault ?? undefined;
  if (oauth) setOAuth(switches.oauth, oauth);
  if (cashier) assign(switches.cashier, cashier);
  if (refund) assign(switches.refund, refund);
  if (bill) assign(switches.bill, bill);
  if (v3) assign(switches.v3, v3);
  if (next) switches.next(next);
}

function setOAuth(
  switches: OAuthSwitches,
  { errors = {}, errorPage, ...rest }: NonNullable<z.infer<typeof switchesBody>['oauth']>,
): void {
  assign(switches, rest);
  if (errorPage !== undefined) switches.errorPage = errorPage ?? undefined;
  for (const [path, errcode] of Object.entries(errors)) switches.errors[path] = errcode ?? undefined;
}

/** Sets what is named. */
function assign<T extends object>(target: T, source: { [Name in keyof T]?: T[Name] | undefined }): void {
  for (const [name, value] of Object.entries(source))
    if (value !== undefined) target[name as keyof T] = value as T[keyof T];
}

/** JSON only: a page of another origin cannot send that type unasked. */
function post<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  handle: (body: z.infer<Schema>) => Promise<SimAnswer> | SimAnswer,
): Route {
  return {
    method: 'POST',
    path,
    handle: (req) => {
      if (!req.headers['content-type']?.[0]?.startsWith('application/json')) {
        return refused('the content-type must be application/json', 415);
      }
      const body = schema.safeParse(parse(req));
      if (body.success) return handle(body.data);
      const issue = body.error.issues[0];
      return refused(`${issue?.path.join('.') || 'the body'}: ${issue?.message}`);
    },
  };
}

function parse({ body }: SimRequest): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

const refused = (error: string, status = 400): SimAnswer => json({ error }, status);
