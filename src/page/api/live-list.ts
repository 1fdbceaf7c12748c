import type { PageJson } from '../../simulator/control/json-types.js';
import { query, request } from './client.js';
import { type LiveType, onEvents, onRefresh } from './live.js';
import { createStore, type Store } from './store.js';

/** What is known of a list at a moment. */
export interface ListState<Item> {
  /** Newest first. */
  items: readonly Item[];
  /** Where the next page begins; `null` when all are loaded. */
  next: string | null;
  status: 'loading' | 'ready' | 'failed';
}

interface Definition<Item> {
  /** The path under `/__sim`. */
  path: string;
  /** The events that carry an item. */
  event: LiveType;
  keyOf(item: Item): string;
}

export type Filter = Readonly<Record<string, string | undefined>>;

/** More than this and the list is loaded anew, so that a busy simulator does not fill the page. */
const MOST = 400;
const RELOAD_MS = 500;

/** A list that is loaded in pages and kept up to date by events. */
export class LiveList<Item extends object> {
  readonly state: Store<ListState<Item>> = createStore<ListState<Item>>({ items: [], next: null, status: 'loading' });
  readonly #definition: Definition<Item>;
  #filter: Filter;
  #turn = 0;
  #reload: ReturnType<typeof setTimeout> | undefined;

  constructor(definition: Definition<Item>, filter: Filter = {}) {
    this.#definition = definition;
    this.#filter = filter;
  }

  /** Loads the first page, and follows the events. Returns a function that ends it. */
  open(): () => void {
    void this.load();
    const { event } = this.#definition;
    const ends = [
      onEvents((events) => this.#merge(events.filter(({ type }) => type === event).map(({ data }) => data as Item))),
      onRefresh(() => void this.load()),
    ];
    return () => {
      clearTimeout(this.#reload);
      for (const end of ends) end();
    };
  }

  async filter(filter: Filter): Promise<void> {
    this.#filter = filter;
    this.state.set({ items: [], next: null, status: 'loading' });
    await this.load();
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    const page = await this.#page(undefined);
    if (turn !== this.#turn) return;
    this.state.set(page ? { ...page, status: 'ready' } : { ...this.state.get(), status: 'failed' });
  }

  /** Loads the next page. */
  async more(): Promise<void> {
    const turn = this.#turn;
    const { next } = this.state.get();
    const page = next === null ? undefined : await this.#page(next);
    if (!page || turn !== this.#turn) return;
    const { items } = this.state.get();
    const known = new Set(items.map(this.#definition.keyOf));
    const added = page.items.filter((item) => !known.has(this.#definition.keyOf(item)));
    this.state.set({ items: [...items, ...added], next: page.next, status: 'ready' });
  }

  async #page(cursor: string | undefined): Promise<PageJson<Item> | undefined> {
    try {
      return await request<PageJson<Item>>(
        'GET',
        `/${this.#definition.path}${query({ ...this.#filter, cursor, limit: 50 })}`,
      );
    } catch {
      return undefined;
    }
  }

  #merge(changed: readonly Item[]): void {
    if (changed.length === 0) return;
    const { keyOf } = this.#definition;
    const state = this.state.get();
    const latest = new Map(changed.map((item) => [keyOf(item), item]));
    const items = state.items.map((item) => latest.get(keyOf(item)) ?? item);
    for (const item of state.items) latest.delete(keyOf(item));
    const added = [...latest.values()].reverse();
    // What a search or a state chooses only the simulator knows.
    const isFiltered = Object.values(this.#filter).some((value) => value !== undefined && value !== '');
    if (items.length + added.length > MOST || (isFiltered && added.length > 0)) this.#reloadSoon(items);
    else this.state.set({ ...state, items: [...added, ...items] });
  }

  #reloadSoon(items: readonly Item[]): void {
    this.state.set({ ...this.state.get(), items });
    clearTimeout(this.#reload);
    this.#reload = setTimeout(() => void this.load(), RELOAD_MS);
  }
}
