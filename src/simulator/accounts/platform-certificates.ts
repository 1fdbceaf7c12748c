import type { KeyObject } from 'node:crypto';
import { DAY } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import { type KeyRing, serialFor } from '../crypto/rsa-keys.js';
import { selfSigned, VALIDITY } from '../crypto/self-signed.js';

/** A private key and the name that messages give it: a serial, or `PUB_KEY_ID_…`. */
export interface PlatformSigner {
  serial: string;
  privateKey: KeyObject;
}

/** When a platform certificate counts. Times are Unix milliseconds. */
export interface CertificateTimes {
  /** When it comes into force and when it expires, on the clock by which the shop goes. */
  effectiveTime: number;
  expireTime: number;
  /** When WeChat begins to sign with it, on the simulator's clock. */
  effectiveAt: number;
  /** WeChat does not know the certificate after this time. */
  retiredAt: number;
}

/** One platform certificate. */
export interface PlatformCertificate extends PlatformSigner, CertificateTimes {
  pem: string;
}

/** A certificate as it is kept: its key and its text follow from the number. */
export interface KeptCertificate extends CertificateTimes {
  generation: number;
}

interface Surroundings {
  ring: KeyRing;
  clock: Pick<Clock, 'now'>;
  /** The time by which the shop goes. */
  shopNow: () => number;
  /** Is called when a certificate was issued. */
  onChange: () => void;
}

/** The certificates that WeChat Pay signs with towards one merchant. */
export class PlatformCertificates {
  readonly #mchid: string;
  readonly #around: Surroundings;
  #all: (PlatformCertificate & KeptCertificate)[] = [];
  #generation = 0;

  constructor(mchid: string, around: Surroundings) {
    this.#mchid = mchid;
    this.#around = around;
  }

  /** Those that exist now, oldest first. One may not be in force yet. */
  all(): readonly PlatformCertificate[] {
    const now = this.#around.clock.now();
    this.#all = this.#all.filter(({ retiredAt }) => now < retiredAt);
    if (this.#all.length === 0) this.#issue(-365 * DAY);
    return this.#all;
  }

  /** The one that came into force last. It signs unless another key is asked for. */
  current(): PlatformCertificate {
    const now = this.#around.clock.now();
    const inForce = this.all().filter(({ effectiveAt }) => effectiveAt <= now);
    // After the clock went back, none may be in force yet.
    return inForce.at(-1) ?? (this.all()[0] as PlatformCertificate);
  }

  /** Issues a new one, see `MerchantKeys.rotate`. */
  rotate({ ahead = 0, overlap = DAY }: { ahead?: number; overlap?: number }): string {
    const effectiveAt = this.#around.clock.now() + ahead;
    for (const old of this.all()) {
      old.retiredAt = Math.min(old.retiredAt, effectiveAt + overlap);
    }
    return this.#issue(ahead).serial;
  }

  /** What is kept over a restart. */
  kept(): KeptCertificate[] {
    return this.#all.map(({ generation, effectiveTime, expireTime, effectiveAt, retiredAt }) => ({
      ...{ generation, effectiveTime, expireTime, effectiveAt, retiredAt },
    }));
  }

  /** Takes the certificates of an earlier run. */
  restore(kept: readonly KeptCertificate[]): void {
    this.#all = kept.map((one) => this.#create(one));
    this.#generation = Math.max(-1, ...kept.map(({ generation }) => generation)) + 1;
  }

  /** @param ahead milliseconds until it is in force */
  #issue(ahead: number): PlatformCertificate {
    const { clock, shopNow, onChange } = this.#around;
    const effectiveAt = clock.now() + ahead;
    const effectiveTime = shopNow() + ahead;
    const issued = this.#create({
      generation: this.#generation++,
      effectiveTime,
      expireTime: effectiveTime + VALIDITY,
      effectiveAt,
      retiredAt: effectiveAt + VALIDITY,
    });
    this.#all.push(issued);
    onChange();
    return issued;
  }

  #create(kept: KeptCertificate): PlatformCertificate & KeptCertificate {
    const purpose = `${this.#mchid} platform certificate ${kept.generation}`;
    const privateKey = this.#around.ring(purpose);
    const subject = { CN: 'Tenpay.com sign', O: 'Simulated Tenpay.com' };
    const pem = selfSigned(privateKey, { subject, notBefore: kept.effectiveTime });
    return { ...kept, serial: serialFor(privateKey), privateKey, pem };
  }
}
