/** How much work a run puts into each row. `quick` only shows that everything runs: its figures mean nothing. */
export interface Effort {
  quick: boolean;
  /** Rounds of all candidates, one after the other. */
  rounds: number;
  /** Milliseconds a single operation is repeated in each round. */
  slice: number;
  /** Rounds of all servers, and the seconds each is loaded in a round. */
  loads: number;
  /** Rounds before those that are not counted: they fill caches and open connections. */
  warmups: number;
  seconds: number;
}

/** The middle of several figures, and the quarters around it. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** The figure that a ratio shall reach. */
export type Reach = { most: number } | { least: number };

/** One line of the table. */
export interface Comparison {
  /** What was measured, and its unit. */
  measured: string;
  /** The median of this package in that unit, as text. */
  ours: string;
  /** A limit, a peer, or a fixed bound. */
  against: string;
  theirs: string;
  ratio: Spread;
  /** Absent: reported without a figure to reach. */
  reach?: Reach | undefined;
}

export interface RowResult {
  comparisons: Comparison[];
  /** What the reader must know beside the ratios: who accepts what is forged, for instance. */
  remarks?: string[];
}

export type Measure = (effort: Effort) => Promise<RowResult>;

export const isReached = ({ ratio: { median }, reach }: Comparison): boolean | undefined => {
  if (!reach) return undefined;
  return 'most' in reach ? median <= reach.most : median >= reach.least;
};
