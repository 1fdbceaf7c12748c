import type { DeliveryJson, RequestJson, StepJson, WholeOrderJson } from '../../simulator/control/json-types.js';
import { acknowledgement, deliveryName } from '../log/delivery-text.js';
import { Outcome } from '../log/outcome.js';
import { Badge } from '../parts/state-badge.js';
import { hrefOf } from '../route.js';
import { pick, say, type Text } from '../text/language.js';
import { dayTime, money } from '../text/values.js';

const STEPS: Readonly<Record<StepJson['step'], Text>> = {
  placed: { en: 'Placed', zh: '下单' },
  'placed again': { en: 'Placed again', zh: '重复下单' },
  'payment failed': { en: 'Not paid', zh: '支付未成功' },
  paid: { en: 'Paid', zh: '支付成功' },
  closed: { en: 'Closed', zh: '已关闭' },
  'closed by time': { en: 'Closed by WeChat after its time', zh: '超时自动关闭' },
  'refund accepted': { en: 'Refund accepted', zh: '受理退款' },
  'refund succeeded': { en: 'Refund done', zh: '退款成功' },
  'refund closed': { en: 'Refund closed', zh: '退款关闭' },
  'refund abnormal': { en: 'Refund abnormal', zh: '退款异常' },
};

type Entry =
  | { kind: 'step'; at: number; step: StepJson }
  | { kind: 'request'; at: number; request: RequestJson }
  | { kind: 'delivery'; at: number; delivery: DeliveryJson };

/** Everything that happened to an order, oldest first. A request comes before what it caused. */
function entriesOf({ history, requests, deliveries }: WholeOrderJson): Entry[] {
  const entries: Entry[] = [
    ...requests.map((request): Entry => ({ kind: 'request', at: request.at, request })),
    ...history.map((step): Entry => ({ kind: 'step', at: step.at, step })),
    ...deliveries.map((delivery): Entry => ({ kind: 'delivery', at: delivery.at, delivery })),
  ];
  return entries.sort((a, b) => a.at - b.at);
}

export const Timeline = ({ of }: { of: WholeOrderJson }) => (
  <ol class="timeline">
    {entriesOf(of).map((entry) => (
      <li key={keyOf(entry)} class={entry.kind}>
        <time dateTime={new Date(entry.at).toISOString()}>{dayTime(entry.at)}</time>
        <EntryText of={entry} />
      </li>
    ))}
  </ol>
);

const keyOf = (entry: Entry): string => {
  if (entry.kind === 'step') return `${entry.at} ${entry.step.step} ${entry.step.amount}`;
  return entry.kind === 'request' ? entry.request.id : entry.delivery.id;
};

function EntryText({ of }: { of: Entry }) {
  if (of.kind === 'step') {
    const { step, amount, detail } = of.step;
    return (
      <span>
        <strong>{pick(STEPS[step])}</strong>
        {amount !== undefined && ` ${money(amount)}`}
        {detail !== undefined && <span class="soft"> {detail}</span>}
      </span>
    );
  }
  if (of.kind === 'request') {
    const { id, method, path } = of.request;
    return (
      <a href={hrefOf('requests', id)}>
        {say('Your shop', '商户')} → {method} <span class="path">{path}</span> <Outcome of={of.request} />
      </a>
    );
  }
  const { delivery } = of;
  const { tone, text } = acknowledgement(delivery);
  return (
    <a href={hrefOf('notifications', delivery.id)}>
      {say('WeChat', '微信')} → {deliveryName(delivery)} <Badge tone={tone}>{text}</Badge>
    </a>
  );
}
