import type { DeliveryJson } from '../../simulator/control/json-types.js';
import { LiveList } from '../api/live-list.js';
import { List, useLiveList } from '../parts/list.js';
import { Badge } from '../parts/state-badge.js';
import { ViewTitle } from '../parts/view-title.js';
import { hrefOf } from '../route.js';
import { say } from '../text/language.js';
import { dayTime } from '../text/values.js';
import { acknowledgement, faultText, kindText } from './delivery-text.js';
import { OrderFilter } from './order-filter.js';

const createDeliveries = () =>
  new LiveList<DeliveryJson>({ path: 'deliveries', event: 'delivery', keyOf: ({ id }) => id });

/** The notifications, with their attempts and copies together, newest first. */
export function Deliveries() {
  const list = useLiveList(createDeliveries);
  return (
    <>
      <ViewTitle>{say('Notifications', '通知')}</ViewTitle>
      <OrderFilter list={list} />
      <List
        list={list}
        empty={say(
          'None yet. WeChat notifies your shop when an order was paid or refunded.',
          '还没有通知。订单支付或退款后，微信会通知商户。',
        )}
      >
        {(items) => (
          <ul class="groups">
            {groupsOf(items).map((group) => (
              <Group key={group[0]?.notification} of={group} />
            ))}
          </ul>
        )}
      </List>
    </>
  );
}

/** Retries and copies share the notification. Groups are in the order of their newest attempt. */
function groupsOf(items: readonly DeliveryJson[]): DeliveryJson[][] {
  const groups = new Map<string, DeliveryJson[]>();
  for (const item of items) groups.set(item.notification, [...(groups.get(item.notification) ?? []), item]);
  return [...groups.values()];
}

const FIRST = 3;

function Group({ of }: { of: readonly DeliveryJson[] }) {
  const [newest] = of as [DeliveryJson];
  const isAcknowledged = of.some(({ acknowledged }) => acknowledged);
  const { tone, text } = isAcknowledged ? acknowledgement({ ...newest, acknowledged: true }) : acknowledgement(newest);
  const shown = of.slice(0, FIRST);
  const rest = of.slice(FIRST);
  return (
    <li class="group">
      <header>
        <strong>{kindText(newest.kind)}</strong>
        {newest.out_trade_no !== undefined && (
          <a href={hrefOf('orders', newest.out_trade_no, newest.mchid)}>
            <code>{newest.out_trade_no}</code>
          </a>
        )}
        <Badge tone={tone}>{text}</Badge>
        <span class="soft">{say(`${of.length} sent`, `共发送 ${of.length} 次`)}</span>
      </header>
      <Attempts of={shown} />
      {rest.length > 0 && (
        <details>
          <summary>{say(`${rest.length} more`, `其余 ${rest.length} 次`)}</summary>
          <Attempts of={rest} />
        </details>
      )}
    </li>
  );
}

const Attempts = ({ of }: { of: readonly DeliveryJson[] }) => (
  <ul class="rows">
    {of.map((delivery) => (
      <li key={delivery.id}>
        <a class="row" href={hrefOf('notifications', delivery.id)}>
          <span class="main">
            {delivery.id} · {say(`attempt ${delivery.attempt}`, `第 ${delivery.attempt} 次`)}
          </span>
          <span class="soft">
            {dayTime(delivery.at)}
            {delivery.duration !== undefined && ` · ${delivery.duration} ms`}
          </span>
          <Badge tone={acknowledgement(delivery).tone}>{acknowledgement(delivery).text}</Badge>
          {delivery.fault && <span class="fault">{faultText(delivery.fault)}</span>}
        </a>
      </li>
    ))}
  </ul>
);
