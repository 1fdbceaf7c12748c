import { connect, type SimulatorClient } from '../simulator/client.js';

/** A simulator that a command uses: a running one, or one of its own that ends with the command. */
export interface UsedSimulator extends SimulatorClient {
  /** Whether it began with this command: its orders and its clock are nobody else's. */
  isOwn: boolean;
}

/**
 * Uses the simulator at an address, or starts one with the development keys.
 *
 * @param url an address without a trailing slash
 */
export async function withSimulator<Result>(
  url: string | undefined,
  work: (simulator: UsedSimulator) => Promise<Result>,
): Promise<Result> {
  if (url !== undefined) return work({ ...connect(url), isOwn: false });
  // Loaded when it is needed: it is the largest part of the program.
  const { createSimulator } = await import('../../simulator/index.js');
  const simulator = await createSimulator({ rules: { notifyInsecure: true } });
  try {
    return await work({ ...connect(simulator.url), isOwn: true });
  } finally {
    await simulator.close();
  }
}
