import type {
  AppJson,
  MerchantJson,
  OverviewJson,
  PersonJson,
  ScenarioListJson,
} from '../simulator/control/json-types.js';
import { request } from './api/client.js';
import { onEvents, onRefresh } from './api/live.js';
import { createStore, type Store } from './api/store.js';

/** What several views share. `undefined` until it is loaded. */
export const overview = createStore<OverviewJson | undefined>(undefined);
export const people = createStore<readonly PersonJson[]>([]);
export const merchants = createStore<readonly MerchantJson[]>([]);
export const apps = createStore<readonly AppJson[]>([]);
export const scenarios = createStore<ScenarioListJson | undefined>(undefined);
/** Milliseconds by which the simulator's clock is ahead of this browser's. */
export const clockSkew = createStore(0);

/** Loads into a store; what was loaded before stays when nothing answers. */
const loader =
  <Answer, Value>(store: Store<Value>, path: string, read: (answer: Answer) => Value) =>
  async (): Promise<void> => {
    try {
      store.set(read(await request<Answer>('GET', path)));
    } catch {
      // The connection says that nothing answers.
    }
  };

export const loadOverview = loader(overview, '', (answer: OverviewJson) => {
  clockSkew.set(answer.now - Date.now());
  return answer;
});
export const loadPeople = loader(people, '/people', (answer: { people: PersonJson[] }) => answer.people);
export const loadMerchants = loader(
  merchants,
  '/merchants',
  (answer: { merchants: MerchantJson[] }) => answer.merchants,
);
export const loadApps = loader(apps, '/apps', (answer: { apps: AppJson[] }) => answer.apps);
export const loadScenarios = loader(scenarios, '/scenarios', (answer: ScenarioListJson) => answer);

const loadAll = (): void => {
  for (const load of [loadOverview, loadPeople, loadMerchants, loadApps, loadScenarios]) void load();
};

/** Loads everything, and again when an event says that it changed. */
export function followState(): void {
  loadAll();
  onRefresh(loadAll);
  onEvents((events) => {
    const types = new Set(events.map(({ type }) => type));
    if (types.has('person')) void loadPeople();
    if (types.has('scenarios')) void loadScenarios();
    const clock = events.findLast(({ type }) => type === 'clock');
    if (clock) clockSkew.set((clock.data as { now: number }).now - Date.now());
    if (types.has('clock')) void loadOverview();
  });
}

/** The name of a person. */
export const nameOf = (id: string | undefined): string =>
  people.get().find((person) => person.id === id)?.name ?? id ?? '–';
