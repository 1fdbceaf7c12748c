import { describe, expect, test } from '@jest/globals';
import { injectScript } from '../../../src/simulator/phone/inject.js';
import { widenPolicy } from '../../../src/simulator/phone/policy.js';

const TAG = '<script src="/__wechat/bridge.js"></script>';

describe('the bridge stands before the scripts of the page', () => {
  test.each([
    [
      'in the head',
      '<html><head lang="x"><script></script>',
      `<html><head lang="x">${TAG}<script></script>`,
    ],
    ['not in a header element', '<header>a</header>', `${TAG}<header>a</header>`],
    [
      'after the doctype, which must stay first',
      '<!DOCTYPE html>\n<p>a',
      `<!DOCTYPE html>\n${TAG}<p>a`,
    ],
    [
      'after html',
      '<!doctype html><html lang="zh"><body>',
      `<!doctype html><html lang="zh">${TAG}<body>`,
    ],
    ['in an empty page', '', TAG],
  ])('%s', (_, page, injected) => {
    const bridge = '/__wechat/bridge.js';
    expect(injectScript(Buffer.from(page), bridge).toString()).toBe(injected);
  });
});

test.each([
  ["default-src 'self'", "default-src 'self'; script-src 'self'; connect-src 'self'"],
  ["script-src 'none'; connect-src 'none'", "script-src 'self'; connect-src 'self'"],
  ["img-src *; frame-ancestors 'none'", 'img-src *'],
  [
    "script-src-elem https://a.example; form-action 'self'",
    "script-src-elem https://a.example 'self'; form-action 'self'",
  ],
])('the policy %j is widened by the bridge alone', (policy, widened) => {
  expect(widenPolicy(policy)).toBe(widened);
});
