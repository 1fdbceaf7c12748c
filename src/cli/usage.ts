/** The command line cannot be understood, or cannot be done as it stands: a sentence for a person, and exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
