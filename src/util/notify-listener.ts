import { printable } from './printable.js';

/** Calls a hook that only listens. What it throws, at once or later, changes nothing that was decided, and is warned about. */
export function notifyListener<Args extends unknown[]>(
  hook: ((...args: Args) => unknown) | undefined,
  ...args: Args
): void {
  // Not awaited: a listener holds nothing up.
  new Promise((resolve) => resolve(hook?.(...args))).catch((error: unknown) =>
    process.emitWarning(`a hook that only listens threw: ${printable(error)}`, { code: 'WXPAY_LISTENER' }),
  );
}
