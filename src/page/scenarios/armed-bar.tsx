import { useStore } from '../api/store.js';
import { Button } from '../parts/button.js';
import { overview, scenarios } from '../state.js';
import { say } from '../text/language.js';
import { duration } from '../text/values.js';
import { backToNormal, turnOff } from './actions.js';
import { armedOf } from './armed.js';

const NEAR_MS = 5000;

/** What is armed, in every view. */
export function ArmedBar() {
  const armed = (useStore(scenarios)?.scenarios ?? []).flatMap(armedOf);
  const offset = useStore(overview)?.offset ?? 0;
  const isMoved = Math.abs(offset) > NEAR_MS;
  if (armed.length === 0 && !isMoved) return null;
  return (
    <aside class="armed" aria-label={say('Armed', '已启用的场景')}>
      <ul>
        {isMoved && (
          <li>
            <span>
              {offset > 0
                ? say(`The clock is ${duration(offset)} ahead`, `时钟快 ${duration(offset)}`)
                : say(`The clock is ${duration(offset)} behind`, `时钟慢 ${duration(offset)}`)}
            </span>
          </li>
        )}
        {armed.map(({ key, scenario, text, path }) => (
          <li key={key}>
            <span>{text}</span>
            <Button
              kind="quiet"
              label={say(`Turn off: ${text}`, `关闭：${text}`)}
              onPress={() => turnOff(scenario.name, path)}
            >
              <span aria-hidden="true">✕</span>
            </Button>
          </li>
        ))}
      </ul>
      <Button onPress={backToNormal}>{say('Back to a good day', '恢复正常')}</Button>
    </aside>
  );
}
