import { z } from 'zod';
import { toRfc3339 } from '../../core/beijing-time.js';
import { strictProperties } from '../scenarios/check.js';
import type { SimulatorState } from '../state.js';
import { readDuration, readTime } from '../time-text.js';
import { type ControlEndpoint, endpoint } from './endpoint.js';

const clock = z.strictObject({
  now: z.number().describe("Unix milliseconds on the simulator's clock"),
  beijing: z.string().describe('the same in Beijing, such as 2026-11-28T09:30:00+08:00'),
  real: z.number().describe('Unix milliseconds on the real clock'),
  offset: z.number().describe('milliseconds by which the simulator is ahead'),
});

/** Shows the clock. */
export function clockView({ clock: { now, real } }: SimulatorState): z.infer<typeof clock> {
  const [simulated, actual] = [now(), real()];
  const beijing = toRfc3339(new Date(simulated));
  return { now: simulated, beijing, real: actual, offset: simulated - actual };
}

/** Moving the clock, and going back to a good day. */
export const clockEndpoints = (state: SimulatorState): ControlEndpoint[] => [
  endpoint({
    method: 'GET',
    path: '/__sim/clock',
    summary: 'Shows the clock',
    tag: 'Clock',
    answer: clock,
    handle: () => clockView(state),
  }),
  endpoint({
    method: 'POST',
    path: '/__sim/clock/advance',
    summary: 'Moves the clock forward and waits for everything that becomes due',
    tag: 'Clock',
    body: strictProperties({
      by: z
        .union([z.number().min(0), z.string()])
        .describe('milliseconds, or a duration such as "3h", "15 s" or "1d2h"'),
    }),
    answer: clock,
    handle: async ({ body: { by } }) => {
      await state.clock.advance(readDuration(by));
      return clockView(state);
    },
  }),
  endpoint({
    method: 'PUT',
    path: '/__sim/clock',
    summary: 'Sets the clock; forward it waits for everything that becomes due',
    tag: 'Clock',
    body: strictProperties({
      now: z
        .union([z.number(), z.string()])
        .describe('Unix milliseconds, or a time such as "2026-11-28T09:30", which is in Beijing'),
    }),
    answer: clock,
    handle: async ({ body: { now } }) => {
      await state.clock.set(readTime(now));
      return clockView(state);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/__sim/clock',
    summary: 'Sets the clock to the real time',
    tag: 'Clock',
    answer: clock,
    handle: async () => {
      await state.clock.reset();
      return clockView(state);
    },
  }),
];
