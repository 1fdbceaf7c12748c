import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark that answers one question at a time. */
export interface Child {
  ask<Answer>(question: object | string): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a module of this folder as a process of its own; `answering` is its other end. */
export function startChild(module: string, options: { env?: Record<string, string> } = {}): Child {
  const child = fork(fileURLToPath(new URL(`${module}.js`, import.meta.url)), {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
    env: { ...process.env, ...options.env },
  });
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return {
    async ask<Answer>(question: object | string) {
      child.send(question);
      return (await answerOf(child, module)) as Answer;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function answerOf(child: ChildProcess, module: string): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${module} ended with ${code}`);
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal: ended.signal }), exit])) as [unknown];
    const { error } = answer as { error?: string };
    if (error !== undefined) throw new Error(`${module}: ${error}`);
    return answer;
  } finally {
    exit.catch(() => {});
    ended.abort();
  }
}

/** What any child tells about itself. */
export type Usage = { cpu: number };
export type Heap = { heap: number };

let delay: IntervalHistogram | undefined;

/** Answers of a child about its own process; `undefined` for any other question. */
function aboutProcess(question: unknown): object | undefined {
  switch (question) {
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return { cpu: (user + system) / 1_000 } satisfies Usage;
    }
    case 'heap':
      globalThis.gc?.();
      return { heap: process.memoryUsage().heapUsed } satisfies Heap;
    case 'watch delay':
      delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      return {};
    case 'delay':
      return { p99: (delay?.percentile(99) ?? 0) / 1e6 };
    default:
      return undefined;
  }
}

/** In a child: answers each question of the parent, and ends with it. */
export function answering<Question>(answer: (question: Question) => Promise<object>): void {
  process.on('message', (question: Question) => {
    Promise.resolve(aboutProcess(question) ?? answer(question)).then(
      (found) => process.send?.(found),
      (error: Error) => process.send?.({ error: error.stack }),
    );
  });
  process.once('disconnect', () => process.exit());
}
