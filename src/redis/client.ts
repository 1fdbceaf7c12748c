/** What the stores need of a client of `ioredis`. */
export interface IoredisClient {
  call(command: string, args: string[]): Promise<unknown>;
}

/** What the stores need of a client of `redis` (node-redis). */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** Sends one command. */
export type Send = (args: [string, ...string[]]) => Promise<unknown>;

/**
 * Returns the function that sends commands through this client.
 *
 * @throws {TypeError} for a client of neither library
 */
export function commandOf(client: IoredisClient | NodeRedisClient): Send {
  // Both have "sendCommand", with different arguments. Only ioredis has "call".
  if (typeof (client as Partial<IoredisClient> | null)?.call === 'function') {
    return ([command, ...args]) => (client as IoredisClient).call(command, args);
  }
  if (typeof (client as Partial<NodeRedisClient> | null)?.sendCommand === 'function') {
    return (args) => (client as NodeRedisClient).sendCommand(args);
  }
  throw new TypeError('"client" must be a client of ioredis (with "call") or of redis (with "sendCommand")');
}
