import { expect, test } from '@jest/globals';
import { signJsConfig } from '../../src/core/account/js-config.js';
import { describeVectors, type Vector } from '../support/vectors.js';

const INPUTS = ['jsapi_ticket', 'noncestr', 'timestamp', 'url'] as const;
const facts = ({ jsapi_ticket, noncestr, timestamp, url, pageUrl }: Vector) => ({
  jsapi_ticket: String(jsapi_ticket),
  noncestr: String(noncestr),
  timestamp: String(timestamp),
  url: String(pageUrl ?? url),
});

describeVectors('jssdk-signature.json', ({ vectors }) => {
  test.each(vectors)('$origin: $id is reproduced', (vector) => {
    expect(signJsConfig(facts(vector))).toBe(vector.expectedSignature);
  });

  test.each(vectors)('$id holds for no input with one byte changed', (vector) => {
    const given = { ...facts(vector), url: String(vector.url) };
    for (const name of INPUTS) {
      for (let at = 0; at < given[name].length; at++) {
        const code = given[name].charCodeAt(at) ^ 1;
        const changed = given[name].slice(0, at) + String.fromCharCode(code) + given[name].slice(at + 1);
        expect(signJsConfig({ ...given, [name]: changed })).not.toBe(vector.expectedSignature);
      }
    }
  });

  test.each(vectors)('$id is of the address up to "#", whatever follows', (vector) => {
    expect(signJsConfig({ ...facts(vector), url: `${vector.url}#/pay?a=1#b` })).toBe(vector.expectedSignature);
  });
});
