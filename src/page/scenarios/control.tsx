import { useId, useState } from 'preact/hooks';
import type { ScenarioJson } from '../../simulator/control/json-types.js';
import { useStore } from '../api/store.js';
import { Button } from '../parts/button.js';
import { merchants } from '../state.js';
import { pick, say } from '../text/language.js';
import { turnOff, turnOn } from './actions.js';
import { ValueInput } from './value-input.js';

const isToggle = ({ choices }: ScenarioJson): boolean =>
  choices.length === 2 && choices.every(({ value }) => typeof value === 'boolean');

/**
 * What turns a scenario on and off.
 *
 * @param path the path of the calls that it concerns; empty for all of them
 */
export function Control({ of, path }: { of: ScenarioJson; path: string }) {
  if (of.scope === 'setting') return isToggle(of) ? <Toggle of={of} /> : <Setting of={of} />;
  if (of.scope === 'action') return <Action of={of} />;
  return <Fault of={of} path={path} />;
}

function Toggle({ of: { name, label, value } }: { of: ScenarioJson }) {
  return (
    <label class="toggle">
      <span class="name">{pick(label)}</span>
      <input
        type="checkbox"
        role="switch"
        checked={value === true}
        aria-checked={value === true}
        onChange={({ currentTarget }) => void turnOn(name, { value: currentTarget.checked })}
      />
    </label>
  );
}

function Setting({ of }: { of: ScenarioJson }) {
  const id = useId();
  const { name, label, value, initial } = of;
  const change = (chosen: unknown): void =>
    void (JSON.stringify(chosen) === JSON.stringify(initial) ? turnOff(name) : turnOn(name, { value: chosen }));
  return (
    <div class="control">
      <label class="name" for={id}>
        {pick(label)}
      </label>
      <ValueInput id={id} of={of} value={value ?? null} onChange={change} />
    </div>
  );
}

/** A fault of calls or of notifications: of all of them, or only of the next. */
function Fault({ of, path }: { of: ScenarioJson; path: string }) {
  const id = useId();
  const { name, label, choices, scope } = of;
  const [value, setValue] = useState<unknown>(choices[0]?.value);
  const isOne = choices.length === 1 && value === true;
  const hasOnce = scope !== 'path';
  const how = { value, ...(path !== '' && { path }) };
  return (
    <div class="control">
      {isOne ? (
        <span class="name">{pick(label)}</span>
      ) : (
        <label class="name" for={id}>
          {pick(label)}
        </label>
      )}
      <span class="fields">
        {!isOne && <ValueInput id={id} of={of} value={value} onChange={setValue} />}
        <span class="buttons">
          <Button label={say(`${label.en}: always`, `${label.zh}：每次`)} onPress={() => turnOn(name, how)}>
            {say('Always', '每次')}
          </Button>
          {hasOnce && (
            <Button
              label={say(`${label.en}: only the next`, `${label.zh}：仅下一次`)}
              onPress={() => turnOn(name, { ...how, once: true })}
            >
              {say('Next', '下一次')}
            </Button>
          )}
          {(of.on || of.next.length > 0) && (
            <Button label={say(`${label.en}: off`, `${label.zh}：关闭`)} onPress={() => turnOff(name)}>
              {say('Off', '关闭')}
            </Button>
          )}
        </span>
      </span>
    </div>
  );
}

/** Something that is done once, for one merchant. */
function Action({ of }: { of: ScenarioJson }) {
  const id = useId();
  const [value, setValue] = useState<unknown>(of.choices[0]?.value);
  const known = useStore(merchants);
  const [mchid, setMchid] = useState('');
  return (
    <div class="control">
      <label class="name" for={id}>
        {pick(of.label)}
      </label>
      <span class="fields">
        <ValueInput id={id} of={of} value={value} onChange={setValue} />
        {known.length > 1 && (
          <select
            aria-label={say('Merchant', '商户')}
            value={mchid}
            onChange={({ currentTarget }) => setMchid(currentTarget.value)}
          >
            {known.map((each) => (
              <option key={each.mchid} value={each.mchid}>
                {each.mchid}
              </option>
            ))}
          </select>
        )}
        <span class="buttons">
          <Button onPress={() => turnOn(of.name, { value, ...(mchid !== '' && { mchid }) })}>
            {say('Do it', '执行')}
          </Button>
        </span>
      </span>
    </div>
  );
}
