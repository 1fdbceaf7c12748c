import type { TutorialStore } from '../config.js';
import { atLeast, type Experiment, figure } from '../experiment.js';
import type { Audit } from '../ledger.js';
import { weather } from './storms.js';

const WAYS: { store: TutorialStore; name: string; seen: keyof Audit }[] = [
  { store: 'outside', name: 'the effect outside the transaction', seen: 'doubled' },
  { store: 'marker', name: 'a marker first, the effect after it', seen: 'lost' },
  { store: 'status', name: 'read the status, then act', seen: 'doubled' },
];

/** The same storm over what tutorials teach: an experiment that sees no harm there could not see it anywhere. */
export const controls: Experiment[] = WAYS.map(({ store, name, seen }) => ({
  name: `control: ${name}`,
  needs: ['postgres'],
  async run(world, { long }) {
    const size = long ? { orders: 2_000, kills: 100 } : { orders: 600, kills: 25 };
    const { kills, delivered, audited } = await weather(world, store, size);
    return [
      figure('orders', size.orders),
      figure('kills', kills),
      figure('notifications', delivered.sent),
      ...(['lost', 'doubled'] as const).map((harm) =>
        figure(harm, audited[harm], harm === seen ? atLeast(1) : undefined),
      ),
    ];
  },
}));
