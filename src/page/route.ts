import { createStore } from './api/store.js';

/** The views, as they are named in the address. */
export const VIEWS = ['phone', 'orders', 'notifications', 'requests', 'scenarios', 'time', 'accounts'] as const;

export type View = (typeof VIEWS)[number];

/** What is shown: a view, and what is opened in it. */
export interface Route {
  view: View;
  /** For example the number of an order. */
  parts: readonly string[];
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function read(): Route {
  const [view = '', ...parts] = location.hash.replace(/^#\/?/, '').split('/').map(decode);
  return (VIEWS as readonly string[]).includes(view) ? { view: view as View, parts } : { view: 'orders', parts: [] };
}

export const route = createStore<Route>(read());

addEventListener('hashchange', () => {
  route.set(read());
  scrollTo(0, 0);
});

/** The address of a view. */
export const hrefOf = (view: View, ...parts: string[]): string =>
  `#/${[view, ...parts].map(encodeURIComponent).join('/')}`;

export function go(view: View, ...parts: string[]): void {
  location.hash = hrefOf(view, ...parts);
}
