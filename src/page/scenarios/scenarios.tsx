import { useId, useState } from 'preact/hooks';
import type { ScenarioJson } from '../../simulator/control/json-types.js';
import { useStore } from '../api/store.js';
import { ViewTitle } from '../parts/view-title.js';
import { scenarios } from '../state.js';
import { pick, say } from '../text/language.js';
import { armedOf } from './armed.js';
import { Control } from './control.js';

/** Everything that can go wrong on request. */
export function Scenarios() {
  const list = useStore(scenarios);
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const fits = ({ name, label, choices }: ScenarioJson): boolean =>
    [name, label.en, label.zh, ...choices.flatMap(({ text }) => [text.en, text.zh])].some((text) =>
      text.toLowerCase().includes(wanted),
    );
  const groups = Object.entries(list?.groups ?? {})
    .map(([group, title]) => ({
      group,
      title,
      own: list?.scenarios.filter((each) => each.group === group && fits(each)) ?? [],
    }))
    .filter(({ own }) => own.length > 0);
  return (
    <>
      <ViewTitle>{say('Scenarios', '场景')}</ViewTitle>
      <div class="filters">
        <input
          type="search"
          aria-label={say('Find a scenario', '查找场景')}
          placeholder={say('Find, for example: signature', '查找，例如：签名')}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </div>
      {groups.map(({ group, title, own }) => (
        <Group key={group} title={pick(title)} of={own} />
      ))}
    </>
  );
}

/** The scenarios of one group. Those that concern calls share the path. */
function Group({ title, of }: { title: string; of: readonly ScenarioJson[] }) {
  const [path, setPath] = useState('');
  const id = useId();
  const paths = of.find(({ scope }) => scope === 'call')?.paths;
  return (
    <section class="card scenarios" aria-label={title}>
      <h3>{title}</h3>
      {paths && (
        <p class="path-field">
          <label for={id}>{say('For the path', '接口路径')}</label>
          <input
            id={id}
            list={`${id}-paths`}
            placeholder={say('every path', '所有路径')}
            value={path}
            onInput={({ currentTarget }) => setPath(currentTarget.value.trim())}
          />
          <datalist id={`${id}-paths`}>
            {paths
              .filter((each) => each !== '*')
              .map((each) => (
                <option key={each} value={each} />
              ))}
          </datalist>
        </p>
      )}
      <ul>
        {of.map((scenario) => (
          <li key={scenario.name} class={armedOf(scenario).length > 0 ? 'on' : ''}>
            <Control of={scenario} path={path} />
          </li>
        ))}
      </ul>
    </section>
  );
}
