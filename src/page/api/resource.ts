import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, request } from './client.js';
import { type LiveEvent, onEvents, onRefresh } from './live.js';

/** One thing that is loaded. */
export interface Resource<Value> {
  value: Value | undefined;
  error: string | undefined;
  /** Whether there is no such thing. */
  missing: boolean;
  reload(): void;
}

const RELOAD_MS = 250;

/**
 * Loads what is at a path, and again when an event concerns it.
 *
 * @param concerns whether an event may have changed it
 */
export function useResource<Value>(
  path: string,
  concerns: (event: LiveEvent) => boolean = () => false,
): Resource<Value> {
  const [state, setState] = useState<Omit<Resource<Value>, 'reload'>>({
    value: undefined,
    error: undefined,
    missing: false,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(concerns);
  latest.current = concerns;
  const reload = (): void => setTurn((count) => count + 1);

  useEffect(() => {
    let isCurrent = true;
    request<Value>('GET', path).then(
      (value) => isCurrent && setState({ value, error: undefined, missing: false }),
      (error: unknown) => {
        if (!isCurrent) return;
        const missing = error instanceof ApiError && error.status === 404;
        setState((before) => ({ value: missing ? undefined : before.value, error: (error as Error).message, missing }));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [path, turn]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, RELOAD_MS);
    };
    const ends = [onEvents((events) => events.some((event) => latest.current(event)) && soon()), onRefresh(soon)];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [path]);

  return { ...state, reload };
}
