import { useState } from 'preact/hooks';
import type { LiveList } from '../api/live-list.js';
import { say } from '../text/language.js';

/** Chooses the records of one order. */
export function OrderFilter<Item extends object>({ list }: { list: LiveList<Item> }) {
  const [number, setNumber] = useState('');
  return (
    <div class="filters">
      <input
        type="search"
        aria-label={say('Only of the order', '按订单筛选')}
        placeholder={say('Only of the order (out_trade_no)', '按商户订单号筛选')}
        value={number}
        onInput={({ currentTarget: { value } }) => {
          setNumber(value);
          void list.filter({ out_trade_no: value.trim() });
        }}
      />
    </div>
  );
}
