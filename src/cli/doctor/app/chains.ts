import type Koa from 'koa';
import type { Middleware } from 'koa';

/** One middleware of a chain. */
export interface Link {
  /** The name of the function: middlewares of this package are named after their factories. */
  name: string;
  /** Where it was mounted. */
  by: 'app.use' | 'router.use' | 'route';
  middleware: Middleware;
}

/** Everything that runs for the requests of one route, in order. */
export interface Chain {
  /** For example `POST /wxpay/notify`, or `every request` for an app without a router. */
  route: string;
  path?: string;
  methods: readonly string[];
  /** Whether the router tells `/Pay` from `/pay`. */
  sensitive: boolean;
  links: readonly Link[];
}

/** A route of koa-router or @koa/router. */
interface Layer {
  path: string | RegExp;
  methods: readonly string[];
  stack: readonly Middleware[];
  regexp?: RegExp;
  opts?: { sensitive?: boolean };
}

interface Routes extends Middleware {
  router?: { stack: readonly Layer[]; opts?: { sensitive?: boolean } };
}

const link =
  (by: Link['by']) =>
  (middleware: Middleware): Link => ({ name: middleware.name, by, middleware });

/** The chains of an app: one for each route, and one for what runs without a router. */
export function chainsOf({ middleware }: Koa): Chain[] {
  const chains: Chain[] = [];
  const before: Link[] = [];
  for (const each of middleware as readonly Routes[]) {
    if (each.router)
      chains.push(
        ...each.router.stack.flatMap((layer) => chainOf(layer, each.router as Required<Routes>['router'], before)),
      );
    else before.push(link('app.use')(each));
  }
  return [...chains, { route: 'every request', methods: [], sensitive: true, links: before }];
}

function chainOf(layer: Layer, { stack, opts }: Required<Routes>['router'], before: readonly Link[]): Chain[] {
  if (layer.methods.length === 0) return [];
  const path = String(layer.path);
  // What router.use mounted in front of the route, and whose path covers it.
  const guards = stack
    .slice(0, stack.indexOf(layer))
    .filter(({ methods, regexp }) => methods.length === 0 && (regexp?.test(exampleOf(path)) ?? true));
  const methods = layer.methods.filter((method) => method !== 'HEAD');
  return [
    {
      route: `${methods.join(', ')} ${path}`,
      path,
      methods,
      sensitive: layer.opts?.sensitive ?? opts?.sensitive ?? false,
      links: [
        ...before,
        ...guards.flatMap(({ stack }) => stack.map(link('router.use'))),
        ...layer.stack.map(link('route')),
      ],
    },
  ];
}

/** A path that a route's own pattern matches. */
const exampleOf = (path: string): string => path.replaceAll(/[:*]\w+(?:\([^)]*\))?\??/g, '1');
