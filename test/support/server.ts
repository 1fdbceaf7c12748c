import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './binaries.js';

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Database servers refuse to run as root; tests in a container often do. */
export class Account {
  readonly #uid: number | undefined;
  readonly #gid: number | undefined;

  constructor(...names: string[]) {
    if (process.getuid?.() !== 0) return;
    for (const name of [...names, 'nobody']) {
      try {
        this.#uid = Number(execFileSync('id', ['-u', name], { stdio: ['ignore', 'pipe', 'ignore'] }));
        this.#gid = Number(execFileSync('id', ['-g', name], { stdio: ['ignore', 'pipe', 'ignore'] }));
        return;
      } catch {
        // no such account: the next one
      }
    }
  }

  /** A new folder that belongs to this account. */
  folder(prefix: string): string {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    if (this.#uid !== undefined) chownSync(folder, this.#uid, this.#gid ?? this.#uid);
    return folder;
  }

  /** The command as this account runs it; `setpriv` also ends it with us, however we end. */
  command(program: string, args: string[]): [string, string[]] {
    const setpriv = findBinary('setpriv');
    if (setpriv === undefined) return [program, args];
    const identity = this.#uid === undefined ? [] : [`--reuid=${this.#uid}`, `--regid=${this.#gid}`, '--clear-groups'];
    return [setpriv, [...identity, '--pdeathsig', 'KILL', program, ...args]];
  }

  run(program: string, args: string[]): void {
    const [command, all] = this.command(program, args);
    execFileSync(command, all, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

const MOST_STARTS = 100;

/** A server process of the tests' own: started, killed and started again on the same folder and port. */
export class PrivateServer {
  readonly port: number;
  readonly folder: string;
  readonly #start: [string, string[]];
  readonly #isReady: () => Promise<unknown>;
  #process: ChildProcess | undefined;
  #log = '';

  constructor(options: { port: number; folder: string; command: [string, string[]]; isReady(): Promise<unknown> }) {
    this.port = options.port;
    this.folder = options.folder;
    this.#start = options.command;
    this.#isReady = options.isReady;
  }

  async start(): Promise<this> {
    // A server that was killed may hold its port or its memory for a while: the start is repeated.
    for (let attempt = 1; ; attempt++) {
      const child = spawn(this.#start[0], this.#start[1], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
      this.#process = child;
      const note = (chunk: Buffer): void => {
        this.#log = (this.#log + chunk).slice(-4_000);
      };
      child.stdout.on('data', note);
      child.stderr.on('data', note);
      while (child.exitCode === null && child.signalCode === null) {
        try {
          await this.#isReady();
          return this;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      if (attempt === MOST_STARTS) throw new Error(`the server did not start:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** SIGKILL to the server and its children: what it had not written is lost. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends the server and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<this> {
    await this.#end(signal);
    return this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    const children = signal === 'SIGKILL' ? childrenOf(child.pid) : [];
    child.kill(signal);
    for (const pid of children) {
      try {
        process.kill(pid, signal);
      } catch {
        // it has ended with its parent
      }
    }
    await exited;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}
