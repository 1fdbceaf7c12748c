import Router from 'koa-router';

/**
 * A router on which a page has one spelling: by default koa-router takes `/OWNER` and `/owner/` for `/owner` too. No route is
 * guarded by `router.use()`: it matches otherwise than routes do, and lets through what they accept. Each names its guard.
 */
export const createRouter = (): Router => new Router({ sensitive: true, strict: true });
