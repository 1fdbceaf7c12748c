import type { TutorialStore } from '../config.js';
import { atLeast, type Experiment, figure } from '../experiment.js';
import type { Audit } from '../ledger.js';
import { type Storm, weather } from './storms.js';

const WAYS: { store: TutorialStore; name: string; seen: keyof Audit; size: Storm }[] = [
  { store: 'outside', name: 'the effect outside the transaction', seen: 'doubled', size: { orders: 300, kills: 12 } },
  { store: 'marker', name: 'a marker first, the effect after it', seen: 'lost', size: { orders: 300, kills: 12 } },
  { store: 'status', name: 'read the status, then act', seen: 'doubled', size: { orders: 75, kills: 3 } },
];

/** The same storm over what tutorials teach: an experiment that sees no harm there could not see it anywhere. */
export const controls: Experiment[] = WAYS.map(({ store, name, seen, size }) => ({
  name: `control: ${name}`,
  needs: ['postgres'],
  async run(world, { long }) {
    const storm = long ? { orders: 2_000, kills: 100 } : size;
    const { kills, delivered, audited } = await weather(world, store, storm);
    return [
      figure('orders', storm.orders),
      figure('kills', kills),
      figure('notifications', delivered.sent),
      figure('cut off', delivered.unanswered),
      ...(['lost', 'doubled'] as const).map((harm) =>
        figure(harm, audited[harm], harm === seen ? atLeast(1) : undefined),
      ),
    ];
  },
}));
