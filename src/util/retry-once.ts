/**
 * Runs `attempt`, and once more where the first run failed with an error that may pass.
 *
 * @param mayPass whether to run it again after this error
 */
export async function retryOnce<T>(
  attempt: (count: 1 | 2) => Promise<T>,
  mayPass: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await attempt(1);
  } catch (error) {
    if (!mayPass(error)) throw error;
    return attempt(2);
  }
}
