import { useState } from 'preact/hooks';
import type { OrderJson, PaidJson } from '../../simulator/control/json-types.js';
import { part, query, request } from '../api/client.js';
import { useStore } from '../api/store.js';
import { Button } from '../parts/button.js';
import { notify } from '../parts/notices.js';
import { showOnPhone } from '../phone/navigation.js';
import { people } from '../state.js';
import { say } from '../text/language.js';
import { fenOf, money } from '../text/values.js';
import type { WaysToPay } from './ways-to-pay.js';

/** What can be done with an order in its state. */
export function OrderActions({ order, ways }: { order: OrderJson; ways: WaysToPay | undefined }) {
  const path = (action: string): string =>
    `/orders/${part(order.out_trade_no)}/${action}${query({ mchid: order.mchid })}`;
  const link = ways?.code_url ?? (ways?.app && JSON.stringify(ways.app));
  if (order.trade_state === 'NOTPAY') {
    return (
      <>
        <Pay order={order} path={path('pay')} />
        <p class="buttons">
          {link !== undefined && (
            <Button onPress={() => showOnPhone(`/__wechat/scan?url=${encodeURIComponent(link)}`)}>
              {say('Open the cashier on the phone', '在手机上打开收银台')}
            </Button>
          )}
          {ways?.h5_url !== undefined && (
            <a class="button" href={ways.h5_url} target="_blank" rel="noopener">
              {say('Open the H5 page', '打开 H5 支付页')}
            </a>
          )}
          <Button onPress={() => request('POST', path('close'), {})}>{say('Close', '关单')}</Button>
        </p>
      </>
    );
  }
  if (order.trade_state === 'CLOSED') return null;
  return (
    <>
      {order.refunded < order.total && <Refund order={order} path={path('refund')} />}
      <p class="buttons">
        <Button onPress={() => request('POST', path('notify'), {})}>
          {say('Notify the payment again', '重新发送支付通知')}
        </Button>
      </p>
    </>
  );
}

const OUTCOMES = [
  ['pays', 'pays', '支付成功'],
  ['balance', 'has too little money', '余额不足'],
  ['password', 'types a wrong password', '密码错误'],
  ['cancels', 'cancels', '取消支付'],
] as const;

/** The cashier, without the phone. */
function Pay({ order, path }: { order: OrderJson; path: string }) {
  const persons = useStore(people);
  const [person, setPerson] = useState(order.person ?? '');
  const [outcome, setOutcome] = useState('pays');
  const pay = async (): Promise<void> => {
    const body = { outcome, ...(person !== '' && { person }) };
    const { err_msg, err_desc } = await request<PaidJson>('POST', path, body);
    if (err_msg.endsWith(':ok')) notify(say('Paid', '支付成功'));
    else notify(`${say('Not paid', '未支付')}: ${err_desc ?? err_msg}`, 'failed');
  };
  return (
    <p class="buttons">
      <select
        aria-label={say('Who', '付款人')}
        value={person}
        onChange={({ currentTarget }) => setPerson(currentTarget.value)}
      >
        {person === '' && <option value="">{say('the first person', '第一个人')}</option>}
        {persons.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={say('In the cashier', '收银台操作')}
        value={outcome}
        onChange={({ currentTarget }) => setOutcome(currentTarget.value)}
      >
        {OUTCOMES.map(([value, en, zh]) => (
          <option key={value} value={value}>
            {say(en, zh)}
          </option>
        ))}
      </select>
      <Button kind="main" onPress={pay}>
        {say('Pay', '支付')}
      </Button>
    </p>
  );
}

function Refund({ order, path }: { order: OrderJson; path: string }) {
  const left = order.total - order.refunded;
  const [yuan, setYuan] = useState('');
  const refund = async (): Promise<void> => {
    const amount = yuan === '' ? left : fenOf(yuan);
    if (amount === undefined || amount < 1)
      throw new Error(say('The amount must be yuan, such as 19.90.', '金额须为元，例如 19.90。'));
    await request('POST', path, { amount });
    setYuan('');
    notify(say(`${money(amount)} refunded`, `已退款 ${money(amount)}`));
  };
  return (
    <p class="buttons">
      <input
        class="short"
        inputMode="decimal"
        aria-label={say('Amount of the refund, yuan', '退款金额（元）')}
        placeholder={(left / 100).toFixed(2)}
        value={yuan}
        onInput={({ currentTarget }) => setYuan(currentTarget.value)}
      />
      <Button onPress={refund}>{say('Refund in the merchant platform', '在商户平台退款')}</Button>
    </p>
  );
}
