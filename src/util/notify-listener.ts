import { printable } from './printable.js';

/**
 * Calls a hook that only listens. An error of the hook, thrown or rejected, is emitted as a process
 * warning and changes nothing else.
 */
export function notifyListener<Args extends unknown[]>(
  hook: ((...args: Args) => unknown) | undefined,
  ...args: Args
): void {
  // Not awaited, so that a slow listener delays nothing.
  new Promise((resolve) => resolve(hook?.(...args))).catch((error: unknown) =>
    process.emitWarning(`a hook that only listens threw: ${printable(error)}`, { code: 'WXPAY_LISTENER' }),
  );
}
