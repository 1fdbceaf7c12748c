import type { KeyObject } from 'node:crypto';
import { DAY } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import { type KeyRing, publicPemOf, serialFor } from '../crypto/rsa-keys.js';
import { selfSigned } from '../crypto/self-signed.js';
import { type GivenKeys, type ReadKeys, readGivenKeys } from './given-keys.js';
import {
  type KeptCertificate,
  type PlatformCertificate,
  PlatformCertificates,
  type PlatformSigner,
} from './platform-certificates.js';

/** The same at every start, so that the certificate is, too. */
const ISSUED = Date.parse('2025-01-01T00:00:00+08:00');

/** What the keys of a merchant are made from. */
export interface MerchantKeysOptions {
  /** Makes a key for each purpose. */
  ring: KeyRing;
  /** The clock by which certificates come into force. */
  clock: Clock;
  /** The time by which the shop goes. */
  shopNow: () => number;
  /** Is called when a platform certificate was issued. */
  onChange: () => void;
}

/** The RSA keys of one merchant: its own, and those that WeChat Pay uses towards it. */
export class MerchantKeys {
  readonly #mchid: string;
  readonly #given: ReadKeys;
  readonly #around: MerchantKeysOptions;
  readonly #platform: PlatformCertificates;
  #certificate: string | undefined;
  #publicKeyNext = false;

  /** @throws {TypeError} when a given key cannot be read */
  constructor(mchid: string, given: GivenKeys, around: MerchantKeysOptions) {
    this.#mchid = mchid;
    this.#given = readGivenKeys(mchid, given);
    this.#around = around;
    this.#platform = new PlatformCertificates(mchid, around);
  }

  /** The key that the merchant signs its requests with. */
  get privateKey(): KeyObject {
    return this.#given.privateKey ?? this.#around.ring(`${this.#mchid} merchant`);
  }

  /** The serial of the merchant's API certificate. */
  get serial_no(): string {
    return this.#given.serial_no ?? serialFor(this.privateKey);
  }

  /** The merchant's API certificate, PEM. */
  get certificate(): string {
    this.#certificate ??= this.#given.certificate?.toString() ?? this.#issue();
    return this.#certificate;
  }

  /** 微信支付公钥: the platform key without an expiry date. */
  get publicKey(): PlatformSigner & { pem: string } {
    const { id: serial, privateKey } = this.#given.publicKey ?? {
      id: `PUB_KEY_ID_011${this.#mchid.padEnd(25, '0')}`,
      privateKey: this.#around.ring(`${this.#mchid} platform public key`),
    };
    return { serial, privateKey, pem: publicPemOf(privateKey) };
  }

  /** Answers `true` and `false` in turn: with it, both kinds of keys sign alternately. */
  alternate(): boolean {
    this.#publicKeyNext = !this.#publicKeyNext;
    return this.#publicKeyNext;
  }

  /** The platform certificates that exist now, oldest first. One may not be in force yet. */
  platformCertificates(): readonly PlatformCertificate[] {
    return this.#platform.all();
  }

  /** The certificate that came into force last. It signs unless another key is asked for. */
  currentCertificate(): PlatformCertificate {
    return this.#platform.current();
  }

  /**
   * Issues a new platform certificate.
   *
   * @param options.ahead milliseconds until it is in force; default 0
   * @param options.overlap milliseconds that the old ones stay known after that; default a day
   * @returns the new serial
   */
  rotate(options: { ahead?: number; overlap?: number } = {}): string {
    return this.#platform.rotate(options);
  }

  /** The platform certificates as they are kept over a restart. */
  kept(): KeptCertificate[] {
    return this.#platform.kept();
  }

  /** Takes the platform certificates of an earlier run. */
  restore(kept: readonly KeptCertificate[]): void {
    this.#platform.restore(kept);
  }

  #issue(): string {
    return selfSigned(this.privateKey, {
      serial_no: this.serial_no,
      subject: { CN: this.#mchid, O: 'Simulated Merchant' },
      notBefore: Math.min(ISSUED, this.#around.shopNow() - DAY),
    });
  }
}
