import type { Wxpay } from '../../client/types.js';
import { WxpayError } from '../../core/errors.js';
import type {
  ClockJson,
  DeliveryJson,
  MerchantJson,
  OrderJson,
  PageJson,
  PaidJson,
  ScenarioJson,
  WholeOrderJson,
} from '../../simulator/control/json-types.js';
import { part, query } from '../simulator/client.js';
import { CommandFailed } from '../usage.js';
import type { UsedSimulator } from './with-simulator.js';

/** What is triggered. Amounts in fen. */
export interface Trigger {
  api: 'v2' | 'v3';
  /** The address to notify. */
  to: string;
  order?: string;
  amount: number;
  /** Of a refund; everything by default. */
  refundAmount?: number;
  person?: string;
  description?: string;
  attach?: string;
}

const REFUND_OUTCOMES = {
  'refund.success': 'SUCCESS',
  'refund.closed': 'CLOSED',
  'refund.abnormal': 'ABNORMAL',
} as const;

/** The events of payments and refunds. */
export const EVENTS = ['payment.success', 'refund.success', 'refund.closed', 'refund.abnormal'] as const;

export type EventName = (typeof EVENTS)[number];

/** Makes it happen, and returns the attempts to notify. */
export async function trigger(simulator: UsedSimulator, event: EventName, options: Trigger): Promise<DeliveryJson[]> {
  const order = await orderFor(simulator, options);
  if (event === 'payment.success') {
    if (order.trade_state === 'NOTPAY') await pay(simulator, order, options);
    else await simulator.request('POST', `/orders/${part(order.out_trade_no)}/notify`);
    return sentFor(simulator, order, 'payment');
  }
  await payQuietly(simulator, order, options);
  await refund(simulator, order, REFUND_OUTCOMES[event], options);
  return sentFor(simulator, order, 'refund');
}

/** An order of this number, or a new one. */
async function orderFor({ request }: UsedSimulator, options: Trigger): Promise<OrderJson> {
  const { api, to, order: out_trade_no, amount: total, person, description, attach } = options;
  if (out_trade_no !== undefined) {
    const { items } = await request<PageJson<OrderJson>>(
      'GET',
      `/orders${query({ search: out_trade_no, limit: 500 })}`,
    );
    const found = items.find((each) => each.out_trade_no === out_trade_no);
    if (found) return found;
  }
  const body = { api, total, notify_url: to, out_trade_no, person, description, attach };
  return (await request<{ order: OrderJson }>('POST', '/orders', body)).order;
}

async function pay({ request }: UsedSimulator, { out_trade_no, mchid }: OrderJson, { person }: Trigger): Promise<void> {
  const path = `/orders/${part(out_trade_no)}/pay${query({ mchid })}`;
  const { err_msg, err_desc } = await request<PaidJson>('POST', path, person === undefined ? {} : { person });
  if (!err_msg.endsWith(':ok')) throw new CommandFailed(`order ${out_trade_no} cannot be paid: ${err_desc ?? err_msg}`);
  await request('POST', '/settle');
}

/** In the simulator of this command the payment is not notified: only the refund is asked for. */
async function payQuietly(simulator: UsedSimulator, order: OrderJson, options: Trigger): Promise<void> {
  if (order.trade_state !== 'NOTPAY') return;
  if (!simulator.isOwn) {
    throw new CommandFailed(`order ${order.out_trade_no} is not paid: "koa-wxpay pay ${order.out_trade_no}" first`);
  }
  await simulator.request('PUT', '/scenarios/payment.notification', { value: 'never' });
  await pay(simulator, order, options);
}

/** Refunds through the API, as the shop does: only then the notification has the form of that API. */
async function refund(simulator: UsedSimulator, order: OrderJson, outcome: string, options: Trigger): Promise<void> {
  const { request } = simulator;
  const before = await request<ScenarioJson>('GET', OUTCOME);
  await request('PUT', OUTCOME, { value: outcome });
  try {
    const wxpay = await merchantOf(simulator, order, options);
    await wxpay.refund({
      out_trade_no: order.out_trade_no,
      out_refund_no: `R${Date.now()}`,
      amount: { total: order.total, refund: options.refundAmount ?? order.total - order.refunded },
      notify_url: options.to,
    });
    await request('POST', '/clock/advance', { by: '10s' });
    await request('POST', '/settle');
  } catch (error) {
    if (!(error instanceof WxpayError)) throw error;
    throw new CommandFailed(`order ${order.out_trade_no} cannot be refunded: ${error.message}`);
  } finally {
    await request('PUT', OUTCOME, { value: before.value });
  }
}

const OUTCOME = '/scenarios/refund.outcome';

/** The merchant of the order as its own shop would create it, on the clock of the simulator. */
async function merchantOf({ url, request }: UsedSimulator, order: OrderJson, { api, to }: Trigger): Promise<Wxpay> {
  const { createWxpay } = await import('../../client/wxpay.js');
  const { merchants } = await request<{ merchants: MerchantJson[] }>('GET', '/merchants');
  const { offset } = await request<ClockJson>('GET', '/clock');
  const merchant = merchants.find(({ mchid }) => mchid === order.mchid) as MerchantJson;
  const { privateKey, serial_no, certificate, apiV3Key, key, publicKey, platform } = merchant;
  const { appid, mchid } = order;
  const common = { appid, mchid, notifyUrl: to, baseUrl: url, allowHttp: true, now: () => Date.now() + offset };
  if (api === 'v2') {
    return createWxpay({ ...common, v2: { key, clientCertificate: certificate, clientKey: privateKey } });
  }
  const platformKeys = platform === 'certificates' ? {} : { platformKeys: { [publicKey.id]: publicKey.pem } };
  const downloadCertificates = platform !== 'publicKey';
  return createWxpay({
    ...common,
    v3: { privateKey, serial_no, certificate, apiV3Key, downloadCertificates, ...platformKeys },
  });
}

/** The attempts of the notification that was sent last. */
async function sentFor(
  { request }: UsedSimulator,
  { out_trade_no, mchid }: OrderJson,
  kind: string,
): Promise<DeliveryJson[]> {
  const whole = await request<WholeOrderJson>('GET', `/orders/${part(out_trade_no)}${query({ mchid })}`);
  const own = whole.deliveries.filter((each) => each.kind.endsWith(kind));
  return own.filter(({ notification }) => notification === own.at(-1)?.notification);
}
