/**
 * The command line cannot be understood, or cannot be carried out as it stands: one line for a person, and exit code 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was understood and failed: one line for a person, and exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
