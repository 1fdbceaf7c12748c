import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../clock.js';
import { buildCertificate } from './certificate.js';

const YEARS_5 = 5 * 365 * 24 * 3600;
const DAY = 24 * 3600;

/** RSA keys by what they are for, made once per process: a second simulator has the merchants of the first. */
const made = new Map<string, KeyObject>();

export function keyFor(purpose: string): KeyObject {
  const key = made.get(purpose) ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  made.set(purpose, key);
  return key;
}

/** 40 hex digits in capitals, the same for the same key; never a leading zero. */
export const serialFor = (key: KeyObject): string =>
  `5${createHash('sha256').update(spki(key)).digest('hex').slice(0, 39).toUpperCase()}`;

const spki = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

/** A key pair and the name messages call it by: a serial, or `PUB_KEY_ID_…`. */
export interface PlatformSigner {
  serial: string;
  privateKey: KeyObject;
}

/** One platform certificate. Times in Unix seconds. */
export interface PlatformCertificate extends PlatformSigner {
  pem: string;
  effective_time: number;
  expire_time: number;
  /** From then on WeChat knows it no more. */
  retired_at: number;
}

/** The RSA keys of one merchant: its own, and those WeChat Pay uses towards it. Made when first asked for. */
export class MerchantKeys {
  readonly #mchid: string;
  readonly #clock: Clock;
  #certificate: string | undefined;
  #platform: PlatformCertificate[] = [];
  #generation = 0;
  #turn = false;

  constructor(mchid: string, clock: Clock) {
    this.#mchid = mchid;
    this.#clock = clock;
  }

  get privateKey(): KeyObject {
    return keyFor(`${this.#mchid} merchant`);
  }

  get serial_no(): string {
    return serialFor(this.privateKey);
  }

  /** The merchant's API certificate, PEM. */
  get certificate(): string {
    this.#certificate ??= issue(this.privateKey, { CN: this.#mchid, O: 'Simulated Merchant' }, this.#clock.now() - DAY);
    return this.#certificate;
  }

  /** 微信支付公钥: the one that does not expire. */
  get publicKey(): PlatformSigner & { pem: string } {
    const privateKey = keyFor(`${this.#mchid} platform public key`);
    const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
    return { serial: `PUB_KEY_ID_011${this.#mchid.padEnd(25, '0')}`, privateKey, pem };
  }

  /** Every second time. */
  takeTurn(): boolean {
    this.#turn = !this.#turn;
    return this.#turn;
  }

  /** The platform certificates there are now, oldest first; one may not be in force yet. */
  platformCertificates(): readonly PlatformCertificate[] {
    const now = this.#clock.now();
    if (this.#platform.length === 0) this.#platform.push(this.#next(now - 365 * DAY));
    this.#platform = this.#platform.filter(({ retired_at }) => now < retired_at);
    return this.#platform;
  }

  /** The one in force that took effect last: it signs what nobody asked another key for. */
  currentCertificate(): PlatformCertificate {
    const now = this.#clock.now();
    const inForce = this.platformCertificates().filter(({ effective_time }) => effective_time <= now);
    return inForce.at(-1) as PlatformCertificate;
  }

  /**
   * Announces a new platform certificate, in force after `ahead` seconds; the old ones are known for `overlap` seconds more.
   *
   * @returns the new serial
   */
  rotate({ ahead = 0, overlap = DAY }: { ahead?: number; overlap?: number } = {}): string {
    const effective_time = this.#clock.now() + ahead;
    for (const old of this.platformCertificates()) old.retired_at = Math.min(old.retired_at, effective_time + overlap);
    this.#platform.push(this.#next(effective_time));
    return this.#platform.at(-1)?.serial as string;
  }

  #next(effective_time: number): PlatformCertificate {
    const privateKey = keyFor(`${this.#mchid} platform certificate ${this.#generation++}`);
    return {
      serial: serialFor(privateKey),
      privateKey,
      pem: issue(privateKey, { CN: 'Tenpay.com sign', O: 'Simulated Tenpay.com' }, effective_time),
      effective_time,
      expire_time: effective_time + YEARS_5,
      retired_at: effective_time + YEARS_5,
    };
  }
}

/** Signed by itself: whoever checks one here compares it with the one he knows. */
function issue(privateKey: KeyObject, subject: { CN: string; O: string }, notBefore: number): string {
  const publicKey = createPublicKey(privateKey);
  const notAfter = notBefore + YEARS_5;
  return buildCertificate({ serial_no: serialFor(privateKey), subject, publicKey, notBefore, notAfter }, privateKey);
}

/** A TLS identity for this machine, signed by itself: who trusts `cert` trusts the listener. */
export function tlsIdentity(now: number): { key: string; cert: string } {
  const privateKey = keyFor('tls');
  const facts = {
    serial_no: serialFor(privateKey),
    subject: { CN: 'localhost', O: 'koa-wxpay simulator' },
    publicKey: createPublicKey(privateKey),
    notBefore: now - DAY,
    notAfter: now + YEARS_5,
    addresses: ['127.0.0.1'],
  };
  return { key: pemOf(privateKey), cert: buildCertificate(facts, privateKey) };
}

/** PKCS#8, as `apiclient_key.pem`. */
export const pemOf = (privateKey: KeyObject): string => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
