/** Calls a hook that only listens. What it throws changes nothing that was decided, and is warned about. */
export function tell<Args extends unknown[]>(hook: ((...args: Args) => unknown) | undefined, ...args: Args): void {
  try {
    hook?.(...args);
  } catch (error) {
    process.emitWarning(`a hook that only listens threw: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'WXPAY_LISTENER',
    });
  }
}
