import type { DeliveryDetailJson } from '../../simulator/control/json-types.js';
import { part, request } from '../api/client.js';
import { useResource } from '../api/resource.js';
import { Body, Source } from '../parts/body.js';
import { Button } from '../parts/button.js';
import { ExplanationView } from '../parts/explanation.js';
import { code, Facts } from '../parts/facts.js';
import { Headers } from '../parts/headers.js';
import { Badge } from '../parts/state-badge.js';
import { ViewTitle } from '../parts/view-title.js';
import { go, hrefOf } from '../route.js';
import { say } from '../text/language.js';
import { wholeTime } from '../text/values.js';
import { acknowledgement, deliveryName, faultText, verdict } from './delivery-text.js';

/** One attempt to notify: what was sent, encrypted and decrypted, and what the shop answered. */
export function Delivery({ id }: { id: string }) {
  const { value, missing, error } = useResource<DeliveryDetailJson>(
    `/deliveries/${part(id)}`,
    ({ type, data }) => type === 'delivery' && (data as { id: string }).id === id,
  );
  const resend = async (): Promise<void> => {
    const sent = await request<DeliveryDetailJson>('POST', `/deliveries/${part(id)}/resend`, {});
    go('notifications', sent.id);
  };
  const title = (
    <ViewTitle
      back="notifications"
      actions={value && <Button onPress={resend}>{say('Send again', '重新发送')}</Button>}
    >
      {say('Notification', '通知')} <code>{id}</code>
    </ViewTitle>
  );
  if (!value) {
    const text = missing
      ? say('This attempt is no longer kept.', '该记录已不再保留。')
      : (error ?? say('Loading…', '加载中…'));
    return (
      <>
        {title}
        <p class="empty">{text}</p>
      </>
    );
  }
  const { tone, text } = acknowledgement(value);
  return (
    <>
      {title}
      <section class="card summary">
        <p class="headline">
          {deliveryName(value)} <Badge tone={tone}>{text}</Badge>
        </p>
        <p>{verdict(value)}</p>
        {value.fault && (
          <p class="fault">{say(`Asked for: ${faultText(value.fault)}`, `已设置的场景：${faultText(value.fault)}`)}</p>
        )}
        <DeliveryFacts of={value} />
      </section>
      {value.explanation && (
        <section class="card">
          <ExplanationView of={value.explanation} />
        </section>
      )}
      <Sent of={value} />
      {value.status !== undefined && (
        <section class="card">
          <h3>
            {say('What your shop answered', '商户的应答')} <span class="soft">{value.status}</span>
          </h3>
          {value.reply ? (
            <Source title={say('Body of the answer', '应答主体')} text={value.reply} />
          ) : (
            <p class="soft">{say('The body is empty.', '应答主体为空。')}</p>
          )}
        </section>
      )}
    </>
  );
}

const DeliveryFacts = ({ of }: { of: DeliveryDetailJson }) => (
  <Facts
    of={[
      code(say('Address', '通知地址'), of.url),
      { name: say('Sent', '发送时间'), value: wholeTime(of.at) },
      of.duration === undefined ? undefined : { name: say('Took', '用时'), value: `${of.duration} ms` },
      { name: say('Attempt', '次数'), value: String(of.attempt) },
      of.out_trade_no === undefined
        ? undefined
        : {
            name: say('Order', '订单'),
            value: <a href={hrefOf('orders', of.out_trade_no, of.mchid)}>{of.out_trade_no}</a>,
          },
    ]}
  />
);

function Sent({ of: { method, headers = [], body, decrypted } }: { of: DeliveryDetailJson }) {
  if (!body) return null;
  return (
    <section class="card">
      <h3>
        {say('What WeChat sent', '微信发送的内容')} <span class="soft">{method}</span>
      </h3>
      <Headers of={headers} />
      <Body
        title={decrypted === undefined ? say('Body', '报文主体') : say('Body, encrypted', '报文主体（加密）')}
        of={body}
      />
      {decrypted !== undefined && <Source title={say('Decrypted', '解密后')} text={decrypted} />}
    </section>
  );
}
