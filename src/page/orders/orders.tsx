import { useState } from 'preact/hooks';
import type { OrderJson } from '../../simulator/control/json-types.js';
import { LiveList } from '../api/live-list.js';
import { List, useLiveList } from '../parts/list.js';
import { OrderState } from '../parts/state-badge.js';
import { ViewTitle } from '../parts/view-title.js';
import { hrefOf } from '../route.js';
import { nameOf } from '../state.js';
import { say } from '../text/language.js';
import { dayTime, money } from '../text/values.js';
import { NewOrder } from './new-order.js';

const createOrders = () =>
  new LiveList<OrderJson>({
    path: 'orders',
    event: 'order',
    keyOf: ({ mchid, out_trade_no }) => `${mchid} ${out_trade_no}`,
  });

const STATES = [
  ['', 'All', '全部'],
  ['NOTPAY', 'Not paid', '未支付'],
  ['SUCCESS', 'Paid', '已支付'],
  ['REFUND', 'Refunded', '有退款'],
  ['CLOSED', 'Closed', '已关闭'],
] as const;

/** The orders, newest first. */
export function Orders() {
  const list = useLiveList(createOrders);
  const [filter, setFilter] = useState({ search: '', trade_state: '' });
  const [isNew, setNew] = useState(false);
  const change = (changed: Partial<typeof filter>): void => {
    const next = { ...filter, ...changed };
    setFilter(next);
    void list.filter(next);
  };
  return (
    <>
      <ViewTitle
        actions={
          <button type="button" class="button" aria-expanded={isNew} onClick={() => setNew(!isNew)}>
            {say('New order', '新建订单')}
          </button>
        }
      >
        {say('Orders', '订单')}
      </ViewTitle>
      {isNew && <NewOrder onPlaced={() => setNew(false)} />}
      <div class="filters">
        <input
          type="search"
          aria-label={say('Search', '搜索')}
          placeholder={say('Number or description', '单号或描述')}
          value={filter.search}
          onInput={({ currentTarget }) => change({ search: currentTarget.value })}
        />
        <select
          aria-label={say('State', '状态')}
          value={filter.trade_state}
          onChange={({ currentTarget }) => change({ trade_state: currentTarget.value })}
        >
          {STATES.map(([value, en, zh]) => (
            <option key={value} value={value}>
              {say(en, zh)}
            </option>
          ))}
        </select>
      </div>
      <List
        list={list}
        empty={
          filter.search || filter.trade_state
            ? say('No order fits.', '没有符合条件的订单。')
            : say(
                'No orders yet. Buy something on the phone, or place one here.',
                '还没有订单。请在手机上购买，或在这里新建。',
              )
        }
      >
        {(items) => (
          <ul class="rows">
            {items.map((order) => (
              <OrderRow key={`${order.mchid} ${order.out_trade_no}`} order={order} />
            ))}
          </ul>
        )}
      </List>
    </>
  );
}

const OrderRow = ({ order }: { order: OrderJson }) => (
  <li>
    <a class="row order-row" href={hrefOf('orders', order.out_trade_no, order.mchid)}>
      <span class="main">
        <code>{order.out_trade_no}</code>
        <span class="text">{order.description}</span>
      </span>
      <span class="soft">
        {dayTime(order.createdAt)} · {order.api} {order.trade_type}
        {order.person !== undefined && ` · ${nameOf(order.person)}`}
      </span>
      <span class="amount">{money(order.total)}</span>
      <OrderState order={order} />
    </a>
  </li>
);
