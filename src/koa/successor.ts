import type { Context, Middleware } from 'koa';

/** A route of koa-router or @koa/router, with the middlewares it runs in their order. */
interface Layer {
  /** Empty for what `router.use` mounted. */
  methods: readonly string[];
  stack: readonly Middleware[];
}

/**
 * Whether `middleware` is the last one of its route, or of the application if it is not part of a route. Returns `false` where
 * the chain is hidden inside koa-compose, koa-mount or another function.
 */
export function isLast(ctx: Context, middleware: Middleware): boolean {
  const { matched = [] } = ctx as unknown as { matched?: readonly Layer[] };
  const route = matched.filter(({ methods }) => methods.length === 0 || methods.includes(ctx.method));
  const chain = [route.flatMap(({ stack }) => stack), ctx.app.middleware].find((all) => all.includes(middleware));
  return chain?.at(-1) === middleware;
}
