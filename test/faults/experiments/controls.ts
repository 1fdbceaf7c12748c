import type { TutorialStore } from '../config.js';
import { atLeast, type Experiment, figure, type Scale } from '../experiment.js';
import type { Audit } from '../ledger.js';
import { type Storm, weather } from './storms.js';

const WAYS: { store: TutorialStore; name: string; seen: keyof Audit }[] = [
  { store: 'outside', name: 'the effect outside the transaction', seen: 'doubled' },
  { store: 'marker', name: 'a marker first, the effect after it', seen: 'lost' },
  { store: 'status', name: 'read the status, then act', seen: 'doubled' },
];

const SIZES: Record<Scale, Storm> = {
  short: { orders: 75, kills: 3 },
  full: { orders: 300, kills: 12 },
};

/**
 * The same storm over what tutorials teach: an experiment that sees no harm there could not see it anywhere. Where a kill strikes
 * is chance, so the storm is repeated until it has done harm.
 */
export const controls: Experiment[] = WAYS.map(({ store, name, seen }) => ({
  name: `control: ${name}`,
  needs: ['postgres'],
  async run(world, scale) {
    const size = SIZES[scale];
    const sums = { orders: 0, kills: 0, sent: 0, unanswered: 0, lost: 0, doubled: 0 };
    for (let round = 1; sums[seen] === 0; round++) {
      const { kills, delivered, audited } = await weather(world, store, { ...size, round });
      sums.orders += size.orders;
      sums.kills += kills;
      sums.sent += delivered.sent;
      sums.unanswered += delivered.unanswered;
      sums.lost += audited.lost;
      sums.doubled += audited.doubled;
    }
    return [
      figure('orders', sums.orders),
      figure('kills', sums.kills),
      figure('notifications', sums.sent),
      figure('cut off', sums.unanswered),
      ...(['lost', 'doubled'] as const).map((harm) => figure(harm, sums[harm], harm === seen ? atLeast(1) : undefined)),
    ];
  },
}));
