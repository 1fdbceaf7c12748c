import { useState } from 'preact/hooks';
import { request } from '../api/client.js';
import { useStore } from '../api/store.js';
import { Button } from '../parts/button.js';
import { notify } from '../parts/notices.js';
import { ViewTitle } from '../parts/view-title.js';
import { loadOverview, overview } from '../state.js';
import { say } from '../text/language.js';
import { duration, wholeTime } from '../text/values.js';
import { useNow } from './now.js';

const STEPS = [
  ['15s', '+ 15 s', '+ 15 秒'],
  ['5min', '+ 5 min', '+ 5 分钟'],
  ['1h', '+ 1 h', '+ 1 小时'],
  ['1d', '+ 1 day', '+ 1 天'],
] as const;

/** The clock of the simulator. */
export function Time() {
  const now = useNow();
  const offset = useStore(overview)?.offset ?? 0;
  const [by, setBy] = useState('');
  const [to, setTo] = useState('');
  const change = async (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> => {
    await request(method, path, body);
    await loadOverview();
    notify(say('The clock was moved', '时钟已调整'));
  };
  return (
    <>
      <ViewTitle>{say('Time', '时间')}</ViewTitle>
      <section class="card">
        <p class="clock">
          <time dateTime={new Date(now).toISOString()}>{wholeTime(now)}</time>
          <span class="soft">{say('in Beijing', '北京时间')}</span>
        </p>
        <p class="soft">
          {Math.abs(offset) < 2000
            ? say('It is the real time.', '与真实时间一致。')
            : offset > 0
              ? say(`It is ${duration(offset)} ahead of the real time.`, `比真实时间快 ${duration(offset)}。`)
              : say(`It is ${duration(offset)} behind the real time.`, `比真实时间慢 ${duration(offset)}。`)}
        </p>
        <h3>{say('Let time pass', '快进')}</h3>
        <p>
          {say(
            'Everything that becomes due happens on the way: retries, refunds, expiry.',
            '期间到期的事件都会发生：重发通知、退款、订单过期等。',
          )}
        </p>
        <p class="buttons">
          {STEPS.map(([step, en, zh]) => (
            <Button key={step} onPress={() => change('POST', '/clock/advance', { by: step })}>
              {say(en, zh)}
            </Button>
          ))}
        </p>
        <p class="buttons">
          <input
            aria-label={say('Duration', '时长')}
            placeholder={say('such as 3h or 1d2h', '例如 3h 或 1d2h')}
            value={by}
            onInput={({ currentTarget }) => setBy(currentTarget.value)}
          />
          <Button disabled={by.trim() === ''} onPress={() => change('POST', '/clock/advance', { by })}>
            {say('Let it pass', '快进')}
          </Button>
        </p>
        <h3>{say('Set the clock', '设置时间')}</h3>
        <p class="buttons">
          <input
            type="datetime-local"
            aria-label={say('Time in Beijing', '北京时间')}
            value={to}
            onInput={({ currentTarget }) => setTo(currentTarget.value)}
          />
          <Button disabled={to === ''} onPress={() => change('PUT', '/clock', { now: to })}>
            {say('Set', '设置')}
          </Button>
          <Button onPress={() => change('DELETE', '/clock')}>{say('Back to the real time', '恢复真实时间')}</Button>
        </p>
      </section>
    </>
  );
}
