import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { Pool } from 'undici';
import { type ShopConfig, toEnvironment } from './config.js';

const PROGRAM = new URL('./shop.js', import.meta.url);

/** One server process of the shop: started, killed, started again. It listens on another port each time. */
export class ShopServer {
  readonly #config: ShopConfig;
  #process: ChildProcess | undefined;
  #connections: Pool | undefined;
  #starting: Promise<void> = Promise.resolve();
  #asked = false;
  #log = '';
  /** How often it ended without being told to: by itself, or by a fault in it. */
  deaths = 0;

  constructor(config: ShopConfig) {
    this.#config = config;
  }

  /** Where it listens; `undefined` while it is down. */
  get connections(): Pool | undefined {
    return this.#connections;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The last things it said. */
  get log(): string {
    return this.#log;
  }

  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.#asked = false;
    const child = fork(PROGRAM, { env: toEnvironment(this.#config), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#process = child;
    if (this.#config.yields) setPriority(child.pid as number, constants.priority.PRIORITY_LOW);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log = (this.#log + chunk).slice(-4_000);
    });
    child.once('exit', () => {
      this.#disconnect();
      if (!this.#asked) this.deaths++;
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`a server process ended before it listened:\n${this.#log}`);
    });
    const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
    ended.catch(() => {});
    this.#connections = new Pool(`http://127.0.0.1:${port}`, { headersTimeout: 20_000 });
  }

  /** SIGKILL, in the middle of whatever it does. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#asked = true;
    this.#disconnect();
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  /** For good, also when it was just being started. */
  async stop(): Promise<void> {
    await this.#starting.catch(() => {});
    await this.kill();
  }

  #disconnect(): void {
    this.#connections?.destroy().catch(() => {});
    this.#connections = undefined;
  }
}

/** So many server processes, for as long as `use` takes. */
export async function withServers<T>(
  count: number,
  config: ShopConfig,
  use: (servers: ShopServer[]) => Promise<T>,
): Promise<T> {
  const servers = Array.from({ length: count }, () => new ShopServer(config));
  try {
    await Promise.all(servers.map((server) => server.start()));
    return await use(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

export const deathsOf = (servers: ShopServer[]): number => servers.reduce((sum, { deaths }) => sum + deaths, 0);
