import { beforeEach, expect, test } from '@jest/globals';
import { RULES } from '../../../src/simulator/scenarios/rules.js';
import { createSwitches, type SwitchBoard } from '../../../src/simulator/scenarios/switches.js';
import { createValues } from '../../../src/simulator/scenarios/values.js';

let switches: SwitchBoard;
beforeEach(() => {
  switches = createSwitches();
});

const assign = (target: unknown, name: string, value: unknown) => () => {
  (target as Record<string, unknown>)[name] = value;
};

test('a fault that does not exist is refused where it is assigned', () => {
  expect(assign(switches, 'notify', { duplicat: 3 })).toThrow('did you mean "duplicate"?');
  expect(assign(switches.api, '/pay/orderquery', { latncy: 3 })).toThrow(
    'switches.api[/pay/orderquery]: "latncy" is not a field',
  );
  expect(switches.notify).toBeUndefined();
  expect(switches.api).toEqual({});
});

test('a switch that does not exist is refused with the nearest name', () => {
  expect(assign(switches, 'notificaton', 'never')).toThrow('did you mean "notification"?');
  expect(assign(switches.oauth, 'snapshots', true)).toThrow('did you mean "snapshot"?');
  expect(assign(switches, 'oauth', {})).toThrow(TypeError);
});

test('a value of the wrong form is refused, and the old one stays', () => {
  expect(assign(switches, 'notification', 'later')).toThrow('switches.notification');
  expect(assign(switches.cashier, 'coupon', -1)).toThrow('switches.cashier.coupon');
  expect(assign(switches.oauth.errors, '/sns/auth', 'x')).toThrow(
    'switches.oauth.errors[/sns/auth]',
  );
  expect(switches).toMatchObject({ notification: 'after', cashier: { coupon: 0 } });
});

test('a rule of the wrong form is refused', () => {
  const rules = createValues('rules', RULES);
  expect(assign(rules, 'sends', 14)).toThrow('rules.sends');
  expect(assign(rules, 'resend', 16)).toThrow(TypeError);
  expect(rules.sends).toBe(16);
});

test('clear() sets every switch back, groups and paths included', () => {
  const initial = JSON.stringify(switches);
  switches.lag = 5000;
  switches.notify = { lost: true };
  switches.api['*'] = { resetAfter: true };
  switches.oauth.errors['/sns/auth'] = -1;
  switches.refund.delay = 0;
  switches.next({ notify: { gzip: true }, api: { '*': { tooMany: true } } });
  switches.clear();
  expect(JSON.stringify(switches)).toBe(initial);
  expect([switches.takeNotify(), switches.takeApi('/pay/orderquery')]).toEqual([{}, undefined]);
});
