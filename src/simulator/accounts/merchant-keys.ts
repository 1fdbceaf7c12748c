import type { KeyObject } from 'node:crypto';
import { DAY } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import { keyFor, publicPemOf, serialFor } from '../crypto/rsa-keys.js';
import { selfSigned, VALIDITY } from '../crypto/self-signed.js';

/** A private key and the name that messages give it: a serial, or `PUB_KEY_ID_…`. */
export interface PlatformSigner {
  serial: string;
  privateKey: KeyObject;
}

/** One platform certificate. Times are Unix milliseconds. */
export interface PlatformCertificate extends PlatformSigner {
  pem: string;
  /** When it comes into force and when it expires, on the clock by which the shop goes. */
  effectiveTime: number;
  expireTime: number;
  /** When WeChat begins to sign with it, on the simulator's clock. */
  effectiveAt: number;
  /** WeChat does not know the certificate after this time. */
  retiredAt: number;
}

/** The RSA keys of one merchant: its own, and those that WeChat Pay uses towards it. */
export class MerchantKeys {
  readonly #mchid: string;
  readonly #clock: Clock;
  readonly #shopNow: () => number;
  #certificate: string | undefined;
  #platform: PlatformCertificate[] = [];
  #generation = 0;
  #publicKeyNext = false;

  constructor(mchid: string, { clock, shopNow }: { clock: Clock; shopNow: () => number }) {
    this.#mchid = mchid;
    this.#clock = clock;
    this.#shopNow = shopNow;
  }

  /** The key that the merchant signs its requests with. */
  get privateKey(): KeyObject {
    return keyFor(`${this.#mchid} merchant`);
  }

  /** The serial of the merchant's API certificate. */
  get serial_no(): string {
    return serialFor(this.privateKey);
  }

  /** The merchant's API certificate, PEM. */
  get certificate(): string {
    this.#certificate ??= selfSigned(this.privateKey, {
      subject: { CN: this.#mchid, O: 'Simulated Merchant' },
      notBefore: this.#shopNow() - DAY,
    });
    return this.#certificate;
  }

  /** 微信支付公钥: the platform key without an expiry date. */
  get publicKey(): PlatformSigner & { pem: string } {
    const privateKey = keyFor(`${this.#mchid} platform public key`);
    const serial = `PUB_KEY_ID_011${this.#mchid.padEnd(25, '0')}`;
    return { serial, privateKey, pem: publicPemOf(privateKey) };
  }

  /** Answers `true` and `false` in turn: with it, both kinds of keys sign alternately. */
  alternate(): boolean {
    this.#publicKeyNext = !this.#publicKeyNext;
    return this.#publicKeyNext;
  }

  /** The platform certificates that exist now, oldest first. One may not be in force yet. */
  platformCertificates(): readonly PlatformCertificate[] {
    const now = this.#clock.now();
    this.#platform = this.#platform.filter(({ retiredAt }) => now < retiredAt);
    if (this.#platform.length === 0) this.#platform.push(this.#issue(-365 * DAY));
    return this.#platform;
  }

  /** The certificate that came into force last. It signs unless another key is asked for. */
  currentCertificate(): PlatformCertificate {
    const now = this.#clock.now();
    const inForce = this.platformCertificates().filter(({ effectiveAt }) => effectiveAt <= now);
    // After the clock went back, none may be in force yet.
    return inForce.at(-1) ?? (this.platformCertificates()[0] as PlatformCertificate);
  }

  /**
   * Issues a new platform certificate.
   *
   * @param options.ahead milliseconds until it is in force; default 0
   * @param options.overlap milliseconds that the old ones stay known after that; default a day
   * @returns the new serial
   */
  rotate({ ahead = 0, overlap = DAY }: { ahead?: number; overlap?: number } = {}): string {
    const effectiveAt = this.#clock.now() + ahead;
    for (const old of this.platformCertificates()) {
      old.retiredAt = Math.min(old.retiredAt, effectiveAt + overlap);
    }
    const issued = this.#issue(ahead);
    this.#platform.push(issued);
    return issued.serial;
  }

  /** @param ahead milliseconds until it is in force */
  #issue(ahead: number): PlatformCertificate {
    const effectiveAt = this.#clock.now() + ahead;
    const effectiveTime = this.#shopNow() + ahead;
    const privateKey = keyFor(`${this.#mchid} platform certificate ${this.#generation++}`);
    const subject = { CN: 'Tenpay.com sign', O: 'Simulated Tenpay.com' };
    return {
      serial: serialFor(privateKey),
      privateKey,
      pem: selfSigned(privateKey, { subject, notBefore: effectiveTime }),
      effectiveTime,
      expireTime: effectiveTime + VALIDITY,
      effectiveAt,
      retiredAt: effectiveAt + VALIDITY,
    };
  }
}
