import { useState } from 'preact/hooks';
import type { ScenarioJson } from '../../simulator/control/json-types.js';
import { pick, say } from '../text/language.js';
import { valueText } from './armed.js';

interface ValueInputProps {
  id: string;
  of: ScenarioJson;
  value: unknown;
  onChange(value: unknown): void;
}

const OTHER = 'other';

/** Whether values other than those that are offered can be typed. */
function typedKind({ schema }: ScenarioJson): 'number' | 'text' | undefined {
  const { type, enum: values, const: only } = schema as { type?: string; enum?: unknown; const?: unknown };
  if (values !== undefined || only !== undefined) return undefined;
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' ? 'text' : undefined;
}

/** Chooses a value among those that are offered, or takes another one. */
export function ValueInput({ id, of, value, onChange }: ValueInputProps) {
  const kind = typedKind(of);
  const [isTyped, setTyped] = useState(false);
  const offered = of.choices.map((choice) => JSON.stringify(choice.value));
  const current = JSON.stringify(value ?? null);
  const choose = (chosen: string): void => {
    setTyped(chosen === OTHER);
    if (chosen !== OTHER) onChange(JSON.parse(chosen));
  };
  return (
    <>
      <select id={id} value={isTyped ? OTHER : current} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {of.choices.map((choice) => (
          <option key={JSON.stringify(choice.value)} value={JSON.stringify(choice.value)}>
            {pick(choice.text)}
          </option>
        ))}
        {!isTyped && !offered.includes(current) && <option value={current}>{valueText(of, value)}</option>}
        {kind !== undefined && <option value={OTHER}>{say('another value…', '其他值…')}</option>}
      </select>
      {isTyped && (
        <input
          class="short"
          inputMode={kind === 'number' ? 'numeric' : 'text'}
          aria-label={say(`Value of: ${of.label.en}`, `取值：${of.label.zh}`)}
          onChange={({ currentTarget }) =>
            onChange(kind === 'number' ? Number(currentTarget.value) : currentTarget.value)
          }
        />
      )}
    </>
  );
}
