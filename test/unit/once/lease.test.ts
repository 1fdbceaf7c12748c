import { describe, expect, jest, test } from '@jest/globals';
import { type LeaseStore, type LeaseTx, leaseOnce } from '../../../src/once/lease.js';
import { describeOnce } from '../../../src/testing/index.js';
import { linked } from '../../support/linked.js';
import { memoryLeases } from '../../support/memory-leases.js';

describeOnce<LeaseTx>(
  'leases in memory',
  {
    leased: true,
    create: () => {
      const leases = memoryLeases();
      return { once: leaseOnce(leases), elsewhere: leaseOnce(leases), leases };
    },
  },
  { describe, test },
);

const claim = (key = 'key', signal = new AbortController().signal) => ({ key, fingerprint: 'a|1|CNY', signal });
const nothing = async () => {};
const never = async () => {
  throw new Error('the handler ran');
};
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** The store, with some operations replaced. */
const broken = (part: Partial<LeaseStore>): LeaseStore => ({ ...memoryLeases(), ...part });
const down = async (): Promise<never> => {
  throw new Error('connection refused');
};

describe('leaseOnce', () => {
  test('the handler gets the fence and the number of its attempt', async () => {
    const once = leaseOnce(memoryLeases());
    const seen: [number, string][] = [];
    await once(claim(), async ({ attempt, fence }) => {
      seen.push([attempt, fence]);
      throw new Error('again');
    }).catch(() => {});
    await once(claim(), async ({ attempt, fence }) => void seen.push([attempt, fence]));
    expect(seen).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
  });

  test('a lease is renewed for as long as its handler runs', async () => {
    const leases = memoryLeases();
    let renewals = 0;
    let enough = () => {};
    const renewedOften = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const store = broken({
      ...leases,
      async renew(...args) {
        if (++renewals === 5) enough();
        return leases.renew(...args);
      },
    });
    expect(await leaseOnce(store, { leaseTime: 300 })(claim(), () => renewedOften)).toBe('ran');
    expect(await leaseOnce(store)(claim(), never)).toBe('already');
  });

  test('a renewal that is refused aborts the signal, and a lost lease is not acknowledged', async () => {
    const store = broken({ renew: async () => false, complete: async () => false });
    const outcome = leaseOnce(store, { leaseTime: 30 })(claim(), ({ signal }) => aborted(signal));
    await expect(outcome).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      status: 503,
      message: linked('lease store: lease lost'),
    });
  });

  test.each([
    ['fails', down],
    ['is never answered', () => new Promise<boolean>(() => {})],
  ])('a renewal that %s aborts the signal; the store decides whether the lease is lost', async (_, renew) => {
    const leases = memoryLeases();
    const once = leaseOnce(broken({ ...leases, renew }), { leaseTime: 30 });
    expect(await once(claim(), ({ signal }) => aborted(signal))).toBe('ran');
  });

  test('a handler that was overtaken is not acknowledged, and the one that overtook it is', async () => {
    let time = 0;
    const leases = memoryLeases(() => time);
    const once = leaseOnce(leases, { leaseTime: 600_000 });
    let open = () => {};
    const slow = once(claim(), () => new Promise((resolve) => (open = resolve)));
    await new Promise(setImmediate);
    time = 600_000;
    expect(await once(claim(), nothing)).toBe('ran');
    open();
    await expect(slow).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED' });
    expect(await once(claim(), never)).toBe('already');
  });

  test('a handler that never settles loses its lease', async () => {
    let signal: AbortSignal | undefined;
    const once = leaseOnce(memoryLeases(), { leaseTime: 60, handlerTimeout: 20 });
    const hangs = once(claim(), (tx) => {
      signal = tx.signal;
      return new Promise(() => {});
    });
    await expect(hangs).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('lease store: the handler did not settle within 20 ms'),
    });
    expect(signal?.aborted).toBe(true);
    expect(await once(claim(), nothing)).toBe('ran');
  });

  test.each(['claim', 'complete'] as const)('a store whose "%s" fails is a failed store', async (operation) => {
    const once = leaseOnce(broken({ [operation]: down }), { name: 'Redis' });
    await expect(once(claim(), nothing)).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked(`Redis: ${operation}: connection refused`),
    });
  });

  test('a release that fails hides nothing of what the handler threw', async () => {
    const refusal = new Error('refused');
    const once = leaseOnce(broken({ release: down }));
    await expect(once(claim(), () => Promise.reject(refusal))).rejects.toBe(refusal);
  });

  test('the reason of a release is the kind of the failure, never its words', async () => {
    const reasons: string[] = [];
    const store = broken({ release: async (_key, _fence, reason) => reasons.push(reason) > 0 });
    for (const [key, thrown] of Object.entries({
      a: new TypeError('openid o6_bmjrPTlm6_2sgVt7hMZOPfL2M'),
      b: Object.assign(new Error('secret'), { code: 'E_SHOP' }),
      c: 'secret',
    })) {
      await leaseOnce(store)(claim(key), () => Promise.reject(thrown)).catch(() => {});
    }
    expect(reasons).toEqual(['TypeError', 'E_SHOP', 'thrown string']);
  });

  test('a claim that is answered after the caller has given up is released', async () => {
    const leases = memoryLeases();
    let answer = () => {};
    let released = () => {};
    const wasReleased = new Promise<void>((resolve) => (released = resolve));
    const slow = broken({
      ...leases,
      async claim(...args) {
        await new Promise<void>((resolve) => (answer = resolve));
        return leases.claim(...args);
      },
      async release(...args) {
        const answered = await leases.release(...args);
        released();
        return answered;
      },
    });
    const caller = new AbortController();
    const outcome = leaseOnce(slow)(claim('key', caller.signal), never);
    caller.abort();
    expect(await outcome).toBe('busy');
    answer();
    await wasReleased;
    expect(await leaseOnce(leases)(claim(), nothing)).toBe('ran');
  });

  test('a renewal that is not answered loses nothing while the lease lasts', async () => {
    const leases = memoryLeases();
    let asked = 0;
    let again = () => {};
    const renewedAfterAll = new Promise<void>((resolve) => (again = resolve));
    const shaky = broken({
      ...leases,
      async renew(...args) {
        if (++asked === 1) throw new Error('ECONNRESET');
        again();
        return leases.renew(...args);
      },
    });
    let lost = false;
    jest.useFakeTimers();
    try {
      const outcome = leaseOnce(shaky, { leaseTime: 30_000 })(claim(), async ({ signal }) => {
        await renewedAfterAll;
        lost = signal.aborted;
      });
      await jest.advanceTimersByTimeAsync(10_000);
      expect(asked).toBe(1);
      await jest.advanceTimersByTimeAsync(2_500);
      expect([await outcome, asked, lost]).toEqual(['ran', 2, false]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('a store that is slow to note that the work is done keeps the lease meanwhile', async () => {
    const leases = memoryLeases();
    let renewals = 0;
    let renewedTwice = () => {};
    const twice = new Promise<void>((resolve) => (renewedTwice = resolve));
    const slow = broken({
      ...leases,
      async renew(...args) {
        if (++renewals === 2) renewedTwice();
        return leases.renew(...args);
      },
      async complete(...args) {
        await twice;
        return leases.complete(...args);
      },
    });
    expect(await leaseOnce(slow, { leaseTime: 90 })(claim(), nothing)).toBe('ran');
    expect(await leaseOnce(leases)(claim(), never)).toBe('already');
  });

  test('a store that does not answer a claim has failed: nobody says that another copy is at it', async () => {
    const mute = broken({ claim: () => new Promise(() => {}) });
    await expect(leaseOnce(mute, { name: 'Redis' })(claim(), never)).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('Redis: claim: no answer within 1000 ms'),
    });
  });

  test('a store that never notes that the work is done is a failed store', async () => {
    const once = leaseOnce({ ...memoryLeases(), complete: () => new Promise(() => {}) }, { handlerTimeout: 50 });
    await expect(once(claim(), nothing)).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('lease store: complete: no answer'),
    });
  });

  test('an answer that is none is a failed store', async () => {
    const once = leaseOnce(broken({ claim: async () => ({ state: 'maybe' }) as never }));
    await expect(once(claim(), never)).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('lease store: "claim" answered {"state":"maybe"}'),
    });
  });

  test.each([0, -1, 2, 2.5, Number.NaN, 2 ** 31])('"leaseTime" of %p is refused', (leaseTime) => {
    expect(() => leaseOnce(memoryLeases(), { leaseTime })).toThrow(
      '"leaseTime" must be a whole number of milliseconds',
    );
  });
});
