import type { z } from 'zod';
import { json } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { problemIn } from '../scenarios/check.js';
import { type ControlCall, type ControlEndpoint, ControlError, RawAnswer } from './endpoint.js';
import { guard } from './guard.js';

/** The pattern of a path such as `/__sim/orders/{out_trade_no}`. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

/** The routes of the interface: one for each path, which knows its methods. */
export function routesOf(
  endpoints: readonly ControlEndpoint[],
  hosts: () => readonly string[],
): Route[] {
  const paths = new Map<string, ControlEndpoint[]>();
  for (const each of endpoints) paths.set(each.path, [...(paths.get(each.path) ?? []), each]);
  const guarded = async (req: SimRequest, answer: () => Promise<SimAnswer>): Promise<SimAnswer> => {
    try {
      guard(req, hosts());
      return await answer();
    } catch (error) {
      if (error instanceof ControlError) return json({ error: error.message }, error.status);
      if (error instanceof TypeError) return json({ error: error.message }, 400);
      throw error;
    }
  };
  return [
    ...[...paths].map(([path, methods]) => ({
      method: '*',
      path: patternOf(path),
      handle: (req: SimRequest) => guarded(req, () => dispatch(methods, req)),
    })),
    {
      method: '*',
      path: /^\/__sim(?:\/|$)/,
      handle: (req) =>
        guarded(req, () => {
          const known = '/__sim/openapi.json describes the paths';
          throw new ControlError(404, `there is no ${req.path}: ${known}`);
        }),
    },
  ];
}

async function dispatch(methods: readonly ControlEndpoint[], req: SimRequest): Promise<SimAnswer> {
  const found = methods.find(({ method }) => method === req.method);
  if (!found) {
    const known = methods.map(({ method }) => method).join(', ');
    throw new ControlError(405, `${req.path} takes ${known}, not ${req.method}`);
  }
  const query = read('query', found.query, Object.fromEntries(req.query));
  const body = read('body', found.body, bodyOf(req));
  const call = { params: req.params, query, body, req } as ControlCall<never, never>;
  const result = await found.handle(call);
  return result instanceof RawAnswer ? result.answer : json(result, found.status);
}

function bodyOf({ body }: SimRequest): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ControlError(400, 'body: this is not JSON');
  }
}

function read(place: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema) {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new ControlError(400, problemIn(place, result.error));
  }
  const [name] = Object.keys(value as object);
  if (name === undefined) return {};
  throw new ControlError(400, `${place}: nothing is expected here, and ${name} was given`);
}
