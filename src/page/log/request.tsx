import type { RequestDetailJson } from '../../simulator/control/json-types.js';
import { part } from '../api/client.js';
import { useResource } from '../api/resource.js';
import { Body } from '../parts/body.js';
import { ExplanationView } from '../parts/explanation.js';
import { Facts } from '../parts/facts.js';
import { Headers } from '../parts/headers.js';
import { SignedText } from '../parts/signed-text.js';
import { ViewTitle } from '../parts/view-title.js';
import { hrefOf } from '../route.js';
import { say } from '../text/language.js';
import { wholeTime } from '../text/values.js';
import { noteText } from './note-text.js';
import { Outcome } from './outcome.js';

/** One request: what was asked, whether its signature is right and why not, and the answer. */
export function Request({ id }: { id: string }) {
  const { value, missing, error } = useResource<RequestDetailJson>(
    `/requests/${part(id)}`,
    ({ type, data }) => type === 'request' && (data as { id: string }).id === id,
  );
  const title = (
    <ViewTitle back="requests">
      {say('Request', '请求')} <code>{id}</code>
    </ViewTitle>
  );
  if (!value) {
    const text = missing
      ? say('This request is no longer kept.', '该请求已不再保留。')
      : (error ?? say('Loading…', '加载中…'));
    return (
      <>
        {title}
        <p class="empty">{text}</p>
      </>
    );
  }
  const { method, url, host, message, notes, explanation, answer } = value;
  return (
    <>
      {title}
      <section class="card summary">
        <p class="headline">
          <code class="path">
            {method} {url}
          </code>
          <Outcome of={value} />
        </p>
        {message !== undefined && <p class="why">{message}</p>}
        {notes.map((note) => (
          <p key={note} class="why">
            {noteText(note)}
          </p>
        ))}
        <Facts
          of={[
            { name: 'Host', value: <code>{host}</code> },
            { name: say('Arrived', '到达时间'), value: wholeTime(value.at) },
            value.duration === undefined ? undefined : { name: say('Took', '用时'), value: `${value.duration} ms` },
            value.mchid === undefined ? undefined : { name: 'mchid', value: <code>{value.mchid}</code> },
            value.out_trade_no === undefined
              ? undefined
              : {
                  name: say('Order', '订单'),
                  value: <a href={hrefOf('orders', value.out_trade_no)}>{value.out_trade_no}</a>,
                },
          ]}
        />
      </section>
      {explanation && (
        <section class="card">
          <ExplanationView of={explanation} />
        </section>
      )}
      <section class="card">
        <h3>{say('What your shop sent', '商户发送的内容')}</h3>
        <Headers of={value.headers} />
        <Body title={say('Body', '报文主体')} of={value.body} />
      </section>
      {answer && (
        <section class="card">
          <h3>
            {say('What WeChat answered', '微信的应答')} <span class="soft">{answer.status}</span>
          </h3>
          <Headers of={answer.headers} />
          {answer.body && <Body title={say('Body of the answer', '应答主体')} of={answer.body} />}
          {answer.signature && (
            <SignedText title={say('What WeChat signed', '微信签名的字符串')} text={answer.signature.message} />
          )}
        </section>
      )}
    </>
  );
}
