/** What `wxSettle` answers. */
export interface Settled {
  trade_state: string;
  paid: boolean;
}

/**
 * How the shop is asked whether the order is paid: the address of `wxSettle` for this order, or a function that asks it, which a
 * mini program needs.
 */
export type Settle = string | (() => Promise<Settled>);

/** What is known about the order. `undefined`: the shop could not be asked, or does not answer as `wxSettle` does. */
export async function ask(settle: Settle): Promise<Settled | undefined> {
  try {
    const answer: unknown = typeof settle === 'string' ? await post(settle) : await settle();
    const { paid } = answer as Partial<Settled>;
    return typeof paid === 'boolean' ? (answer as Settled) : undefined;
  } catch {
    return undefined;
  }
}

async function post(address: string): Promise<unknown> {
  // With its cookies also to another origin, where the shop allows it.
  const response = await fetch(address, {
    method: 'POST',
    credentials: 'include',
    headers: { accept: 'application/json' },
  });
  return response.ok ? response.json() : undefined;
}

/** This order can no longer be paid. */
export const isOver = ({ trade_state }: Settled): boolean =>
  ['CLOSED', 'REVOKED', 'PAYERROR', 'REFUND'].indexOf(trade_state) >= 0;
