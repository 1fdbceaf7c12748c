import { useState } from 'preact/hooks';
import type { PersonJson } from '../../simulator/control/json-types.js';
import { part, request } from '../api/client.js';
import { useStore } from '../api/store.js';
import { Button } from '../parts/button.js';
import { code, Facts } from '../parts/facts.js';
import { loadPeople, people } from '../state.js';
import { say } from '../text/language.js';
import { fenOf, money } from '../text/values.js';

/** The people who have a phone. */
export function People() {
  const persons = useStore(people);
  return (
    <section class="card people">
      <h3>{say('People', '用户')}</h3>
      <ul>
        {persons.map((person) => (
          <Person key={person.id} of={person} />
        ))}
      </ul>
      <NewPerson />
    </section>
  );
}

function Person({ of: { id, name, unionid, openids, balance } }: { of: PersonJson }) {
  const [yuan, setYuan] = useState('');
  const setBalance = async (fen: number | null): Promise<void> => {
    await request('PATCH', `/people/${part(id)}`, { balance: fen });
    setYuan('');
    await loadPeople();
  };
  const set = async (): Promise<void> => {
    const fen = fenOf(yuan);
    if (fen === undefined) throw new Error(say('The balance must be yuan, such as 19.90.', '余额须为元，例如 19.90。'));
    await setBalance(fen);
  };
  return (
    <li>
      <h4>
        {name} <span class="soft">{id}</span>
      </h4>
      <Facts
        of={[
          ...Object.entries(openids).map(([appid, openid]) => code(`openid · ${appid}`, openid)),
          code('unionid', unionid),
          {
            name: say('Balance', '余额'),
            value: balance === null ? say('enough for everything', '充足') : money(balance),
          },
        ]}
      />
      <p class="buttons">
        <input
          class="short"
          inputMode="decimal"
          aria-label={say(`Balance of ${name}, yuan`, `${name}的余额（元）`)}
          placeholder="0.00"
          value={yuan}
          onInput={({ currentTarget }) => setYuan(currentTarget.value)}
        />
        <Button onPress={set}>{say('Set the balance', '设置余额')}</Button>
        {balance !== null && (
          <Button onPress={() => setBalance(null)}>{say('Enough for everything', '设为充足')}</Button>
        )}
      </p>
    </li>
  );
}

function NewPerson() {
  const [form, setForm] = useState({ id: '', name: '' });
  const add = async (): Promise<void> => {
    await request('POST', '/people', { id: form.id, ...(form.name !== '' && { name: form.name }) });
    setForm({ id: '', name: '' });
    await loadPeople();
  };
  return (
    <p class="buttons">
      <input
        class="short"
        aria-label={say('Id of a new person', '新用户 ID')}
        placeholder="lili"
        value={form.id}
        onInput={({ currentTarget }) => setForm({ ...form, id: currentTarget.value })}
      />
      <input
        class="short"
        aria-label={say('Name of the new person', '新用户姓名')}
        placeholder={say('name', '姓名')}
        value={form.name}
        onInput={({ currentTarget }) => setForm({ ...form, name: currentTarget.value })}
      />
      <Button disabled={form.id === ''} onPress={add}>
        {say('Add a person', '添加用户')}
      </Button>
    </p>
  );
}
