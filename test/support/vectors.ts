import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from '@jest/globals';

/** Where the foreign vectors lie: beside the project, or where `WXPAY_VECTORS` says. */
export const vectorsFolder = resolve(process.env.WXPAY_VECTORS ?? '../shared/protocol/vectors');

// biome-ignore lint/suspicious/noExplicitAny: vectors are foreign JSON of many shapes
export type Vector = Record<string, any> & { id: string; origin: string };

export interface Suite {
  suite: string;
  vectors: Vector[];
  /** The vector of that id; throws when the file has none. */
  vector(id: string): Vector;
}

const read = (file: string): string => readFileSync(resolve(vectorsFolder, file), 'utf8');

/** Runs `body` over one file of vectors. Without the file its tests are reported as skipped by name; with `CI=true` that fails. */
export function describeVectors(file: string, body: (suite: Suite) => void): void {
  if (!existsSync(resolve(vectorsFolder, file))) {
    if (process.env.CI === 'true') {
      test(`${file} is at hand`, () => {
        throw new Error(`no ${file} in ${vectorsFolder}: set WXPAY_VECTORS to the folder of the vectors`);
      });
    } else {
      describe.skip(`vectors of ${file} (not in ${vectorsFolder})`, () => test('absent', () => {}));
    }
    return;
  }
  const { suite, vectors } = JSON.parse(read(file)) as { suite: string; vectors: Vector[] };
  const vector = (id: string): Vector => {
    const found = vectors.find((one) => one.id === id);
    if (!found) throw new Error(`${file} has no vector ${id}`);
    return found;
  };
  describe(`${file}: ${suite}`, () => body({ suite, vectors, vector }));
}

/** A private key of the vectors: base64 of PKCS#8 DER. */
export const vectorPrivateKey = (file: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(read(file), 'base64'), format: 'der', type: 'pkcs8' });

/** A public key of the vectors, from a PEM of a key or of a certificate. */
export const vectorPublicKey = (file: string): KeyObject => {
  const pem = read(file);
  return pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
};

export const vectorText = read;
