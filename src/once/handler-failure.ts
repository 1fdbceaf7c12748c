/**
 * Carries an error of the handler through the rollback, so that the caller gets the very value that
 * was thrown.
 */
export class HandlerFailure {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    this.thrown = thrown;
  }
}

/** Runs the handler. What it throws or rejects with becomes a `HandlerFailure`. */
export async function handOver<Tx>(work: (tx: Tx) => Promise<void>, tx: Tx): Promise<void> {
  try {
    await work(tx);
  } catch (thrown) {
    throw new HandlerFailure(thrown);
  }
}
