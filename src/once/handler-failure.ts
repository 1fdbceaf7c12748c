/** Carries what the handler threw through the rollback, so that it leaves as the very value that was thrown. */
export class HandlerFailure {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    this.thrown = thrown;
  }
}

/** Runs the handler; what it throws, at once or later, becomes a `HandlerFailure`. */
export async function handOver<Tx>(work: (tx: Tx) => Promise<void>, tx: Tx): Promise<void> {
  try {
    await work(tx);
  } catch (thrown) {
    throw new HandlerFailure(thrown);
  }
}
