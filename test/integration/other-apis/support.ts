import type { RouteCall, RouteHandler } from 'koa-wxpay/simulator';

/** A route that keeps what reached it, after the simulator verified it. */
export function recorder() {
  const calls: RouteCall[] = [];
  const recording =
    (answer: object = {}): RouteHandler =>
    (call) => {
      calls.push(call);
      return answer;
    };
  return { calls, recording };
}

/** What a promise is rejected with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`not rejected, but resolved to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
