import type { z } from 'zod';
import type { SimAnswer, SimRequest } from '../http/types.js';

/** A request to the interface, checked. */
export interface ControlCall<Query, Body> {
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  req: SimRequest;
}

/** One operation of the interface. The OpenAPI file is made from these. */
export interface ControlEndpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** For example `/__sim/orders/{out_trade_no}`. */
  path: string;
  /** A sentence without a full stop. */
  summary: string;
  /** The heading under which it is listed. */
  tag: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The JSON of the answer, or the media type of another one. */
  answer: z.ZodType | string;
  /** @default 200 */
  status?: 200 | 201;
  /** @throws {ControlError} */
  handle(call: ControlCall<never, never>): unknown;
}

/** What {@link endpoint} takes: the query and the body have the types of their schemas. */
type Definition<Query extends z.ZodType, Body extends z.ZodType> = Omit<
  ControlEndpoint,
  'query' | 'body' | 'handle'
> & {
  query?: Query;
  body?: Body;
  handle(call: ControlCall<z.infer<Query>, z.infer<Body>>): unknown;
};

/** Defines an operation. What `handle` returns is the JSON of the answer. */
export const endpoint = <
  Query extends z.ZodType = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodObject<Record<never, never>>,
>(
  definition: Definition<Query, Body>,
): ControlEndpoint => definition as unknown as ControlEndpoint;

/** An answer that is not JSON. */
export class RawAnswer {
  readonly answer: SimAnswer;

  constructor(answer: SimAnswer) {
    this.answer = answer;
  }
}

/** Ends a request with an error. */
export class ControlError extends Error {
  readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415;

  constructor(status: ControlError['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws {ControlError} 404 */
export const notFound = (what: string): never => {
  throw new ControlError(404, `there is no ${what}`);
};
