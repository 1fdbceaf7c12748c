/** Something that happened in the simulator, for those who watch it. */
export interface FeedEvent {
  /** Counts from 1. */
  id: number;
  /** What `data` is, for example `order` or `delivery`. */
  type: string;
  data: unknown;
}

const LONGEST = 2000;

/** The latest events. Readers that are too slow, or come back late, learn that they missed some. */
export class Feed {
  readonly #events: FeedEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #last = 0;

  /** The id of the latest event; 0 when there is none. */
  get last(): number {
    return this.#last;
  }

  publish(type: string, data: unknown): void {
    this.#events.push({ id: ++this.#last, type, data });
    // Half is dropped at once: shifting a single event costs as much as shifting a thousand.
    if (this.#events.length > 2 * LONGEST) this.#events.splice(0, LONGEST);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The events after this one; `undefined` when some of them are no longer kept, or never were. */
  after(id: number): readonly FeedEvent[] | undefined {
    if (id > this.#last) return undefined;
    const first = this.#last - this.#events.length;
    return id < first ? undefined : this.#events.slice(id - first);
  }

  /** Calls `wake` once, at the next event. Returns a function that cancels it. */
  onNext(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => void this.#waiting.delete(wake);
  }
}
