/** How long a copy waits for the copy before it, for a connection, or for its turn: about a second in all (milliseconds). */
export const LOCK_WAIT = 1_000;
