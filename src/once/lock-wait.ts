/**
 * Milliseconds that a copy waits in all: for the copy before it, for a connection, or for its turn.
 */
export const LOCK_WAIT = 1_000;
