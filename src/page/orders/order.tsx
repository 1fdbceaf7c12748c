import type { OrderJson, RefundJson, WholeOrderJson } from '../../simulator/control/json-types.js';
import { part, query } from '../api/client.js';
import type { LiveEvent } from '../api/live.js';
import { useResource } from '../api/resource.js';
import { code, Facts } from '../parts/facts.js';
import { OrderState, RefundState } from '../parts/state-badge.js';
import { ViewTitle } from '../parts/view-title.js';
import { nameOf } from '../state.js';
import { say } from '../text/language.js';
import { dayTime, money, wholeTime } from '../text/values.js';
import { OrderActions } from './order-actions.js';
import { Timeline } from './timeline.js';
import { waysOf } from './ways-to-pay.js';

/** One order: its numbers, what can be done with it, and its life. */
export function Order({ number, mchid }: { number: string; mchid: string | undefined }) {
  const path = `/orders/${part(number)}${query({ mchid })}`;
  const isAbout = ({ type, data }: LiveEvent): boolean =>
    ['order', 'refund', 'request', 'delivery'].includes(type) &&
    (data as { out_trade_no?: string }).out_trade_no === number;
  const { value, missing, error } = useResource<WholeOrderJson>(path, isAbout);
  const title = (
    <ViewTitle back="orders">
      {say('Order', '订单')} <code>{number}</code>
    </ViewTitle>
  );
  if (!value) {
    const text = missing ? say('There is no such order.', '没有该订单。') : (error ?? say('Loading…', '加载中…'));
    return (
      <>
        {title}
        <p class="empty">{text}</p>
      </>
    );
  }
  const { order, refunds } = value;
  return (
    <>
      {title}
      <section class="card summary">
        <p class="headline">
          <span class="amount large">{money(order.total)}</span>
          <OrderState order={order} />
        </p>
        <p class="text">{order.description}</p>
        <OrderActions order={order} ways={waysOf(order)} />
      </section>
      <section class="card">
        <h3>{say('Life', '时间线')}</h3>
        <Timeline of={value} />
      </section>
      {refunds.length > 0 && <Refunds of={refunds} />}
      <section class="card">
        <h3>{say('Facts', '详情')}</h3>
        <OrderFacts order={order} />
      </section>
    </>
  );
}

function OrderFacts({ order }: { order: OrderJson }) {
  const ways = waysOf(order);
  return (
    <Facts
      of={[
        code('out_trade_no', order.out_trade_no),
        code('transaction_id', order.transaction_id),
        code('prepay_id', order.prepayIds.at(-1)),
        code('code_url', ways?.code_url),
        code('h5_url', ways?.h5_url),
        { name: 'API', value: `${order.api} · ${order.trade_type}` },
        { name: 'mchid', value: <code>{order.sub_mchid ? `${order.mchid} → ${order.sub_mchid}` : order.mchid}</code> },
        { name: 'appid', value: <code>{order.sub_appid ? `${order.appid} → ${order.sub_appid}` : order.appid}</code> },
        order.person === undefined ? undefined : { name: say('Payer', '付款人'), value: nameOf(order.person) },
        code('openid', order.openid),
        order.attach === undefined ? undefined : { name: 'attach', value: order.attach },
        code('notify_url', order.notify_url),
        order.payer_total === undefined
          ? undefined
          : { name: say('Paid by the person', '实付'), value: money(order.payer_total) },
        order.refunded === 0 ? undefined : { name: say('Refunded', '已退款'), value: money(order.refunded) },
        { name: say('Placed', '下单时间'), value: wholeTime(order.createdAt) },
        order.paidAt === undefined ? undefined : { name: say('Paid', '支付时间'), value: wholeTime(order.paidAt) },
      ]}
    />
  );
}

const Refunds = ({ of }: { of: readonly RefundJson[] }) => (
  <section class="card">
    <h3>{say('Refunds', '退款')}</h3>
    <ul class="rows">
      {of.map((refund) => (
        <li key={refund.refund_id} class="row">
          <span class="main">
            <code>{refund.out_refund_no}</code>
          </span>
          <span class="soft">
            {dayTime(refund.createdAt)} ·{' '}
            {refund.by === 'hand' ? say('merchant platform', '商户平台') : `API ${refund.by}`}
            {refund.reason !== undefined && ` · ${refund.reason}`}
          </span>
          <span class="amount">{money(refund.refund)}</span>
          <RefundState state={refund.state} />
        </li>
      ))}
    </ul>
  </section>
);
