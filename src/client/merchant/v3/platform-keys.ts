import { VerificationError, WxpayError } from '../../../core/errors.js';
import { isValidAt, type PlatformKey } from '../../../core/v3/certificates.js';
import { HOUR, MINUTE } from '../../../util/clock.js';
import { singleFlight } from '../../../util/single-flight.js';

/**
 * The age at which a set of certificates is fetched again. WeChat asks for twelve hours at most.
 */
const FRESH = 12 * HOUR;
/** The time between two downloads, however many unknown serials arrive. */
const COOL_DOWN = MINUTE;
/** How long an unknown serial is refused without another download. */
const UNKNOWN_FOR = 5 * MINUTE;
const UNKNOWN_MOST = 256;

export interface PlatformKeysOptions {
  /** The keys that the host gave, by serial or `PUB_KEY_ID_…`. */
  configured: ReadonlyMap<string, PlatformKey>;
  /** Fetches and verifies the certificates. Absent for a merchant that has public keys only. */
  download?: (() => Promise<ReadonlyMap<string, PlatformKey>>) | undefined;
  /** The clock, in milliseconds. */
  now: () => number;
}

/** The keys of WeChat Pay that one merchant knows. */
export interface PlatformKeys {
  /** Fetches what the first payment needs, and fails with the error that the payment would meet. */
  ready(): Promise<void>;
  /**
   * Returns the key with this serial if it is valid now, without a promise when it is known.
   *
   * @throws {VerificationError} `ERR_WXPAY_UNKNOWN_SERIAL`
   */
  find(serial: string): PlatformKey | Promise<PlatformKey>;
  /** Returns the key whose serial requests name, so that answers are signed with it. */
  current(): Promise<{ serial: string; key: PlatformKey }>;
}

/**
 * Keeps the platform's keys. It downloads one set at a time, at most once a minute, and keeps the
 * old set when that fails. A set is fetched again after twelve hours, and once for an unknown
 * serial.
 */
export function createPlatformKeys({ configured, download, now }: PlatformKeysOptions): PlatformKeys {
  let downloaded: ReadonlyMap<string, PlatformKey> = new Map();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  const downloads = singleFlight<'certificates', void>();
  let failure: unknown;
  const unknown = new Map<string, number>();

  const known = (serial: string): PlatformKey | undefined => {
    const key = configured.get(serial) ?? downloaded.get(serial);
    return key && isValidAt(key, now()) ? key : undefined;
  };

  async function fetchAll(): Promise<void> {
    try {
      const fresh = await download!();
      if (fresh.size === 0) throw noCertificates();
      downloaded = fresh;
      fetchedAt = now();
      failure = undefined;
      unknown.clear();
    } catch (error) {
      failure = error;
    }
  }

  /** Never rejects: after a failed download the old set is kept, and the error is in `failure`. */
  function refresh(): Promise<void> {
    if (!download) return Promise.resolve();
    return downloads.run('certificates', () => {
      triedAt = now();
      return fetchAll();
    });
  }

  const mayAsk = (): boolean =>
    download !== undefined && (downloads.isRunning('certificates') || now() - triedAt >= COOL_DOWN);

  // No timer: a process that makes no calls needs no keys, and a timer would keep it from ending.
  const keepFresh = (): void => {
    if (now() - fetchedAt >= FRESH && mayAsk()) void refresh();
  };

  const isNews = (serial: string): boolean => !(now() < (unknown.get(serial) ?? Number.NEGATIVE_INFINITY));
  const remember = (serial: string): void => {
    if (unknown.size >= UNKNOWN_MOST) unknown.delete(unknown.keys().next().value!);
    unknown.set(serial, now() + UNKNOWN_FOR);
  };

  function best(): { serial: string; key: PlatformKey } | undefined {
    const all = [...configured, ...downloaded].filter(([, key]) => isValidAt(key, now()));
    // WeChat recommends a public key. Of certificates, the one that took effect last is used.
    all.sort(([a, left], [b, right]) => rank(b) - rank(a) || right.notBefore - left.notBefore);
    return all[0] && { serial: all[0][0], key: all[0][1] };
  }

  async function fetched(serial: string): Promise<PlatformKey> {
    if (isNews(serial) && mayAsk()) {
      await refresh();
      const fresh = known(serial);
      if (fresh) return fresh;
      // After a failed download it is not known whether the serial exists.
      if (failure === undefined) remember(serial);
    }
    throw new VerificationError('ERR_WXPAY_UNKNOWN_SERIAL', `no valid platform key has the serial ${serial}`, {
      cause: failure,
    });
  }

  return {
    async ready() {
      if (!download || downloaded.size > 0) return;
      await refresh();
      if (failure !== undefined && !best()) throw failure;
    },
    find(serial) {
      keepFresh();
      return known(serial) ?? fetched(serial);
    },
    async current() {
      keepFresh();
      const key = best();
      if (key) return key;
      if (mayAsk()) await refresh();
      const fresh = best();
      if (fresh) return fresh;
      throw failure ?? noKeys();
    },
  };
}

const rank = (serial: string): number => (serial.startsWith('PUB_KEY_ID_') ? 1 : 0);

const noKeys = (): WxpayError =>
  new WxpayError('ERR_WXPAY_UNKNOWN_SERIAL', 'every configured platform key is outside its validity', { status: 502 });

const noCertificates = (): WxpayError =>
  new WxpayError(
    'ERR_WXPAY_BAD_ANSWER',
    'the merchant has no platform certificate: give its public key in "v3.platformKeys"',
    { status: 502 },
  );
