import { useEffect, useState } from 'preact/hooks';

/** A value that components share. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  /** Returns a function that ends it. */
  subscribe(listener: () => void): () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The value of a store. The component is rendered again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  const [, render] = useState(0);
  useEffect(() => store.subscribe(() => render((count) => count + 1)), [store]);
  return store.get();
}
