import { z } from 'zod';
import type { Route } from '../http/types.js';
import type { SimulatorState } from '../state.js';
import { clockEndpoints } from './clock.js';
import { type ControlEndpoint, endpoint } from './endpoint.js';
import { eventEndpoints } from './events.js';
import { logEndpoints } from './log.js';
import { openApiOf } from './openapi.js';
import { orderEndpoints } from './orders.js';
import { overviewEndpoints } from './overview.js';
import { partyEndpoints } from './parties.js';
import { paymentEndpoints } from './payments.js';
import { refundEndpoints } from './refunds.js';
import { routesOf } from './route.js';
import { scenarioEndpoints } from './scenarios.js';

/** The interface of the simulator under `/__sim`, for tests in any language, its page and commands. */
export function controlRoutes(state: SimulatorState): Route[] {
  const endpoints: ControlEndpoint[] = [
    ...overviewEndpoints(state),
    ...orderEndpoints(state),
    ...paymentEndpoints(state),
    ...refundEndpoints(state),
    ...logEndpoints(state),
    ...partyEndpoints(state),
    ...scenarioEndpoints(state),
    ...clockEndpoints(state),
    ...eventEndpoints(state),
  ];
  endpoints.push(
    endpoint({
      method: 'GET',
      path: '/__sim/openapi.json',
      summary: 'Describes this interface',
      tag: 'Simulator',
      answer: z.looseObject({ openapi: z.string() }),
      handle: () => openApiOf(endpoints),
    }),
  );
  return routesOf(endpoints, () => state.allowedHosts);
}
