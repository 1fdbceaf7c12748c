import { useState } from 'preact/hooks';
import type { OrderJson } from '../../simulator/control/json-types.js';
import { request } from '../api/client.js';
import { Button } from '../parts/button.js';
import { go } from '../route.js';
import { say } from '../text/language.js';
import { fenOf } from '../text/values.js';
import { rememberWays, type WaysToPay } from './ways-to-pay.js';

const STORED = 'wxsim.notify_url';

const remembered = (): string => {
  try {
    return localStorage.getItem(STORED) ?? '';
  } catch {
    return '';
  }
};

/** Places an order as the merchant's server would. */
export function NewOrder({ onPlaced }: { onPlaced(): void }) {
  const [form, setForm] = useState({
    type: 'native',
    api: 'v3',
    yuan: '0.01',
    notify_url: remembered() || 'http://127.0.0.1:3000/wxpay/notify',
    description: '',
  });
  const set = (name: keyof typeof form) => (event: { currentTarget: { value: string } }) =>
    setForm({ ...form, [name]: event.currentTarget.value });

  const place = async (): Promise<void> => {
    const total = fenOf(form.yuan);
    if (total === undefined || total < 1)
      throw new Error(say('The amount must be yuan, such as 19.90.', '金额须为元，例如 19.90。'));
    const { type, api, notify_url, description } = form;
    const body = { type, api, total, notify_url, ...(description !== '' && { description }) };
    const { order, ...ways } = await request<WaysToPay & { order: OrderJson }>('POST', '/orders', body);
    try {
      localStorage.setItem(STORED, notify_url);
    } catch {
      // It is typed again next time.
    }
    rememberWays(order, ways);
    onPlaced();
    go('orders', order.out_trade_no, order.mchid);
  };

  return (
    <form class="card form" onSubmit={(event) => event.preventDefault()} aria-label={say('New order', '新建订单')}>
      <label>
        <span>{say('Kind', '类型')}</span>
        <select value={form.type} onChange={set('type')}>
          <option value="jsapi">JSAPI</option>
          <option value="native">Native</option>
          <option value="h5">H5</option>
          <option value="app">App</option>
        </select>
      </label>
      <label>
        <span>API</span>
        <select value={form.api} onChange={set('api')}>
          <option value="v3">v3</option>
          <option value="v2">v2</option>
        </select>
      </label>
      <label>
        <span>{say('Amount, yuan', '金额（元）')}</span>
        <input inputMode="decimal" value={form.yuan} onInput={set('yuan')} />
      </label>
      <label>
        <span>{say('Description', '描述')}</span>
        <input value={form.description} placeholder="模拟订单" maxLength={127} onInput={set('description')} />
      </label>
      <label class="wide">
        <span>notify_url</span>
        <input type="url" value={form.notify_url} onInput={set('notify_url')} />
      </label>
      <Button kind="main" onPress={place}>
        {say('Place the order', '下单')}
      </Button>
    </form>
  );
}
