import { z } from 'zod';
import type { ControlEndpoint } from './endpoint.js';
import * as common from './views/common.js';
import { deliveryDetail, deliverySummary } from './views/delivery.js';
import { explanation } from './views/explanation.js';
import { order, refund } from './views/order.js';
import { requestDetail, requestSummary } from './views/request.js';

const error = z.strictObject({ error: z.string().describe('what is wrong, as one line') });

/** The schemas that have a name of their own in the file. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  Order: order,
  Refund: refund,
  RequestSummary: requestSummary,
  Request: requestDetail,
  DeliverySummary: deliverySummary,
  Delivery: deliveryDetail,
  Body: common.body,
  Headers: common.headers,
  Explanation: explanation,
  Error: error,
};

const ERRORS: Readonly<Record<number, string>> = {
  400: 'a value is wrong, or a field is unknown',
  403: 'a foreign page or host',
  404: 'there is no such thing',
  405: 'the path has other methods',
  409: 'the present state does not allow it',
  413: 'the body is too large',
  415: 'the content type is not application/json',
};

const refTo = (id: string): string => `#/components/schemas/${id}`;

/** `/__sim/orders/{out_trade_no}/pay` with POST is `postOrdersOutTradeNoPay`. */
const idOf = ({ method, path }: ControlEndpoint): string =>
  method.toLowerCase() +
  path
    .replace('/__sim', '/simulator')
    .replace(/\W|_/g, ' ')
    .replace(/ +(\w)/g, (_, letter: string) => letter.toUpperCase())
    .trim();

const content = (id: string): object => ({ 'application/json': { schema: { $ref: refTo(id) } } });

type JsonObject = Record<string, unknown>;

/** The names of the schemas of answers. Several operations may have one answer. */
function answerNames(endpoints: readonly ControlEndpoint[]): Map<z.ZodType, string> {
  const names = new Map(Object.entries(NAMED).map(([name, schema]) => [schema, name]));
  for (const each of endpoints) {
    const { answer } = each;
    if (typeof answer === 'string' || names.has(answer)) continue;
    names.set(answer, `${idOf(each)}Answer`);
  }
  return names;
}

/** The JSON Schemas of all endpoints, by name. Those that are shared refer to each other. */
function schemasOf(
  endpoints: readonly ControlEndpoint[],
  names: ReadonlyMap<z.ZodType, string>,
): JsonObject {
  const input = z.registry<{ id: string }>();
  const output = z.registry<{ id: string }>();
  for (const [schema, id] of names) output.add(schema, { id });
  for (const each of endpoints) if (each.body) input.add(each.body, { id: `${idOf(each)}Body` });
  const options = { uri: refTo, unrepresentable: 'any' } as const;
  const { schemas: bodies } = z.toJSONSchema(input, { ...options, io: 'input' });
  const { schemas: answers } = z.toJSONSchema(output, options);
  const all = { ...bodies, ...answers };
  // Within this file the schemas are found by their place, and not by an identifier of their own.
  return Object.fromEntries(
    Object.entries(all).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}

function parametersOf({ path, query }: ControlEndpoint): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (!query) return inPath;
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
}

function operationOf(each: ControlEndpoint, names: ReadonlyMap<z.ZodType, string>): object {
  const { summary, tag, body, answer, status = 200 } = each;
  const success =
    typeof answer === 'string'
      ? { [answer]: { schema: { type: 'string' } } }
      : content(names.get(answer) as string);
  const errors = Object.entries(ERRORS).map(([code, description]) => [
    code,
    { description, content: content('Error') },
  ]);
  return {
    operationId: idOf(each),
    summary,
    tags: [tag],
    parameters: parametersOf(each),
    ...(body && {
      requestBody: { content: content(`${idOf(each)}Body`), required: !acceptsNothing(body) },
    }),
    responses: {
      [status]: { description: 'done', content: success },
      ...Object.fromEntries(errors),
    },
  };
}

const acceptsNothing = (body: z.ZodType): boolean => body.safeParse({}).success;

/** The OpenAPI file of the interface. */
export function openApiOf(endpoints: readonly ControlEndpoint[]): JsonObject {
  const names = answerNames(endpoints);
  const paths: Record<string, JsonObject> = {};
  for (const each of endpoints) {
    const path = paths[each.path] ?? {};
    paths[each.path] = path;
    path[each.method.toLowerCase()] = operationOf(each, names);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'koa-wxpay simulator',
      version: '1',
      description:
        'The interface of the simulator of WeChat: what tests, its page and its commands use. ' +
        'Amounts are in fen, times in Unix milliseconds. Only this machine may use it.',
    },
    paths,
    components: { schemas: schemasOf(endpoints, names) },
  };
}
