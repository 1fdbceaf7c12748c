/** One way of deciding about a message, put to the test before it is timed. */
export interface Tried<Input> {
  name: string;
  /** Resolves when the message is accepted; throws, or returns `false`, when it is refused. */
  read(input: Input): unknown;
}

/**
 * Checks that candidates accept what is genuine and refuse what is forged. One that refuses what is genuine does not do the work:
 * that is an error. One that accepts what is forged is named in the remarks, for it is faster by the checks it lacks.
 */
export async function remarksOn<Input>(
  candidates: readonly Tried<Input>[],
  genuine: readonly Input[],
  forged: Readonly<Record<string, Input>>,
): Promise<string[]> {
  const remarks: string[] = [];
  for (const candidate of candidates) {
    for (const input of genuine) {
      if (!(await accepts(candidate, input))) throw new Error(`${candidate.name} refuses what is genuine`);
    }
    const accepted: string[] = [];
    for (const [kind, input] of Object.entries(forged)) {
      if (await accepts(candidate, input)) accepted.push(kind);
    }
    if (accepted.length > 0) remarks.push(`${candidate.name} accepts: ${accepted.join(', ')}`);
  }
  return remarks;
}

async function accepts<Input>({ read }: Tried<Input>, input: Input): Promise<boolean> {
  try {
    return (await read(input)) !== false;
  } catch {
    return false;
  }
}
