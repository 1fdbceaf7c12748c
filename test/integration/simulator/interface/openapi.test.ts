import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createSimulator, type Simulator } from '../../../../src/simulator/index.js';
import { call, JSAPI, orderBody } from '../v3-support.js';
import { ask, NEW_ORDER } from './support.js';

interface Operation {
  responses: Record<string, { content: Record<string, { schema: { $ref?: string } }> }>;
  requestBody?: { content: { 'application/json': { schema: { $ref: string } } } };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

let sim: Simulator;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  sim = await createSimulator();
  document = (await ask(sim, 'GET', '/openapi.json')).body;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document as object, 'file');
});
afterAll(() => sim.close());

/** What an independent validator has against a value of a schema of the file. */
function problems($ref: string, value: unknown): string[] {
  const validate = ajv.compile({ $ref: `file${$ref}` });
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Example {
  operation: string;
  /** The path that is asked, when it has placeholders or a query. */
  path?: () => string;
  body?: unknown;
  status?: number;
}

/** One request for each operation, in an order in which each finds what it needs. */
const EXAMPLES: Example[] = [
  { operation: 'GET /__sim' },
  { operation: 'GET /__sim/openapi.json' },
  { operation: 'POST /__sim/orders', body: NEW_ORDER, status: 201 },
  { operation: 'POST /__sim/orders/{out_trade_no}/pay', body: { coupon: 1 } },
  { operation: 'POST /__sim/settle' },
  { operation: 'POST /__sim/orders/{out_trade_no}/notify' },
  {
    operation: 'POST /__sim/orders/{out_trade_no}/refund',
    body: { amount: 5 },
    status: 201,
  },
  { operation: 'GET /__sim/orders', path: () => '/orders?limit=1&trade_state=REFUND' },
  { operation: 'GET /__sim/orders/{out_trade_no}' },
  { operation: 'POST /__sim/orders/{out_trade_no}/close', path: () => '/orders/OPEN0001/close' },
  { operation: 'POST /__sim/pay', body: { out_trade_no: 'OPEN0001' } },
  { operation: 'GET /__sim/refunds' },
  { operation: 'GET /__sim/refunds/{refund_id}', path: () => `/refunds/${refundId()}` },
  { operation: 'GET /__sim/requests' },
  { operation: 'GET /__sim/requests/{id}', path: () => '/requests/r1' },
  { operation: 'GET /__sim/deliveries', path: () => '/deliveries?out_trade_no=SHOP00A17' },
  { operation: 'GET /__sim/deliveries/{id}', path: () => '/deliveries/d1' },
  { operation: 'POST /__sim/deliveries/{id}/resend', path: () => '/deliveries/d1/resend' },
  {
    operation: 'POST /__sim/notifications',
    body: {
      url: 'http://127.0.0.1:9/notify',
      event_type: 'MCHTRANSFER.BILL.FINISHED',
      original_type: 'mch_payment',
      resource: { out_bill_no: 'T1' },
    },
  },
  { operation: 'GET /__sim/merchants' },
  {
    operation: 'PATCH /__sim/merchants/{mchid}',
    path: () => `/merchants/${sim.merchant.mchid}`,
    body: { platform: 'mixed' },
  },
  {
    operation: 'POST /__sim/merchants/{mchid}/rotate',
    path: () => `/merchants/${sim.merchant.mchid}/rotate`,
    body: { overlap: 1000 },
  },
  { operation: 'GET /__sim/apps' },
  { operation: 'GET /__sim/people' },
  { operation: 'POST /__sim/people', body: { id: 'lili', balance: 100 }, status: 201 },
  {
    operation: 'PATCH /__sim/people/{id}',
    path: () => '/people/lili',
    body: { balance: null },
  },
  { operation: 'POST /__sim/codes', body: { scope: 'snsapi_userinfo' }, status: 201 },
  { operation: 'PUT /__sim/scenarios/{name}', path: () => '/scenarios/notify.duplicate', body: {} },
  { operation: 'GET /__sim/scenarios' },
  { operation: 'GET /__sim/scenarios/{name}', path: () => '/scenarios/notify.duplicate' },
  { operation: 'DELETE /__sim/scenarios/{name}', path: () => '/scenarios/notify.duplicate' },
  { operation: 'DELETE /__sim/scenarios' },
  { operation: 'GET /__sim/rules' },
  { operation: 'PATCH /__sim/rules', body: { sends: 15 } },
  { operation: 'GET /__sim/clock' },
  { operation: 'POST /__sim/clock/advance', body: { by: '15s' } },
  { operation: 'PUT /__sim/clock', body: { now: '2036-11-28T09:30' } },
  { operation: 'DELETE /__sim/clock' },
  { operation: 'PUT /__sim/shop', body: { address: 'http://127.0.0.1:3000' } },
  { operation: 'POST /__sim/reset', body: { data: true } },
];

const operationOf = (method: string, path: string): Operation => {
  const found = document.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`the file has no ${method} ${path}`);
  return found;
};

const refundId = (): string => sim.refunds[0]?.refund_id ?? '';

const operations = (): string[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

test('the file is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document as never);
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(validator.version).toBe('3.1');
});

test('every operation of the file has an example here, and every example is in the file', () => {
  const streamed = 'GET /__sim/events';
  const examples = EXAMPLES.map(({ operation }) => operation);
  expect([...examples, streamed].sort()).toEqual(operations().sort());
});

describe('every operation answers as the file describes', () => {
  beforeAll(async () => {
    // What the interface itself does not make: a request to WeChat, and an open order.
    await call(sim, 'POST', JSAPI, orderBody(sim, { out_trade_no: 'OPEN0001' }));
  });

  test.each(EXAMPLES)('$operation', async ({ operation, path, body, status = 200 }) => {
    const [method = '', described = ''] = operation.split(' ');
    const { responses, requestBody } = operationOf(method, described);
    if (requestBody) {
      const { $ref } = requestBody.content['application/json'].schema;
      expect(problems($ref, body ?? {})).toEqual([]);
    }
    const asked =
      path?.() ?? described.replace('/__sim', '').replace('{out_trade_no}', 'SHOP00A17');
    const answer = await ask(sim, method, asked, body);
    expect(answer).toMatchObject({ status });
    const $ref = responses[String(status)]?.content['application/json']?.schema.$ref ?? '';
    expect(problems($ref, answer.body)).toEqual([]);
  });
});

describe('every operation refuses what it does not know', () => {
  const withBody = EXAMPLES.filter(({ body }) => body !== undefined);

  test.each(withBody)('$operation: a field', async ({ operation, path, body }) => {
    const [method = '', described = ''] = operation.split(' ');
    const asked =
      path?.() ?? described.replace('/__sim', '').replace('{out_trade_no}', 'SHOP00A17');
    const answer = await ask(sim, method, asked, { ...(body as object), unheard: 1 });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('"unheard" is not a field');
    expect(problems('#/components/schemas/Error', answer.body)).toEqual([]);
  });

  test('a method', async () => {
    for (const described of Object.keys(document.paths)) {
      const asked = described.replace('/__sim', '').replace(/\{\w+\}/g, 'x');
      const answer = await ask(sim, 'OPTIONS', asked);
      expect(answer.status).toBe(405);
      expect(answer.body.error).toContain('not OPTIONS');
    }
  });
});
