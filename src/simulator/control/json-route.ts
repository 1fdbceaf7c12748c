import type { z } from 'zod';
import { json } from '../http/answers.js';
import type { Route, SimAnswer, SimRequest } from '../http/types.js';
import { problemIn } from '../scenarios/check.js';

/**
 * A POST route whose body is JSON of this schema. It requires the content type `application/json`,
 * which a page of another origin cannot send without asking first.
 */
export function post<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  handle: (body: z.infer<Schema>) => Promise<SimAnswer> | SimAnswer,
): Route {
  return {
    method: 'POST',
    path,
    handle: (req) => {
      if (!req.headers['content-type']?.[0]?.startsWith('application/json')) {
        return refused('the content type must be application/json', 415);
      }
      const body = schema.safeParse(parse(req));
      return body.success ? handle(body.data) : refused(problemIn('body', body.error));
    },
  };
}

function parse({ body }: SimRequest): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The answer to a request that cannot be understood. */
export const refused = (error: string, status = 400): SimAnswer => json({ error }, status);
