import { beforeEach, describe, expect, test } from '@jest/globals';
import { STATE_LIFETIME } from '../../../../src/koa/oauth/state.js';
import { type UsedStates, usedStates } from '../../../../src/koa/oauth/used-states.js';

const START = 1_700_000_000_000;
/** A state is refused for so long: an authorization that took longer is begun again anyway. */
const REMEMBERED = 2 * STATE_LIFETIME;
/** As many states are remembered; the documentation of the module counts on it for its memory. */
const MOST = 50_000;

let clock: number;
let runs: string[];
let gate: UsedStates<string>;

beforeEach(() => {
  clock = START;
  runs = [];
  gate = usedStates(() => clock);
});

const exchange = (state: string): Promise<string> | 'spent' =>
  gate.use(state, async () => {
    runs.push(state);
    return `openid of ${state}`;
  });

describe('a state', () => {
  test('is exchanged once, and a callback that comes meanwhile gets the same result', async () => {
    const [first, second] = [exchange('a'), exchange('a')];
    expect(second).toBe(first);
    expect(await Promise.all([first, second])).toEqual(['openid of a', 'openid of a']);
    expect(runs).toEqual(['a']);
  });

  test('is spent once its exchange is over', async () => {
    await exchange('a');
    expect(exchange('a')).toBe('spent');
    expect(runs).toEqual(['a']);
  });

  test('is spent by an exchange that failed, whose error every waiting callback gets', async () => {
    const refused = new Error('invalid code');
    const failing = gate.use('a', () => Promise.reject(refused));
    const meanwhile = exchange('a');
    await expect(failing).rejects.toBe(refused);
    await expect(meanwhile).rejects.toBe(refused);
    expect(exchange('a')).toBe('spent');
    expect(runs).toEqual([]);
  });

  test('says nothing about another one', async () => {
    await exchange('a');
    expect(await exchange('b')).toBe('openid of b');
    expect(exchange('a')).toBe('spent');
  });
});

describe('what is remembered', () => {
  test('is kept for twice the lifetime of a state, whatever comes meanwhile', async () => {
    await exchange('a');
    clock += REMEMBERED;
    await exchange('b');
    expect(exchange('a')).toBe('spent');
    expect(exchange('b')).toBe('spent');
  });

  test('is forgotten after that, so that memory does not grow with every login there ever was', async () => {
    await exchange('a');
    clock += 1;
    await exchange('b');
    clock += REMEMBERED;
    await exchange('c');
    // Only what was forgotten can be exchanged again.
    expect(await exchange('a')).toBe('openid of a');
    expect(exchange('b')).toBe('spent');
    expect(exchange('c')).toBe('spent');
  });

  test('is forgotten all at once after a quiet night', async () => {
    for (const state of ['a', 'b', 'c']) await exchange(state);
    clock += REMEMBERED + 1;
    await exchange('d');
    expect(exchange('d')).toBe('spent');
    for (const state of ['a', 'b', 'c']) expect(await exchange(state)).toBe(`openid of ${state}`);
  });

  test('is the youngest 50,000: one more forgets the oldest and no other', async () => {
    for (let n = 0; n < MOST; n++) await exchange(`state ${n}`);
    for (const n of [0, 1, MOST - 1]) expect(exchange(`state ${n}`)).toBe('spent');
    await exchange('one more');
    expect(exchange('state 1')).toBe('spent');
    expect(exchange(`state ${MOST - 1}`)).toBe('spent');
    expect(exchange('one more')).toBe('spent');
    expect(await exchange('state 0')).toBe('openid of state 0');
  });

  test('a spent state that is asked for again is neither renewed nor does it push out another', async () => {
    await exchange('a');
    clock += REMEMBERED;
    expect(exchange('a')).toBe('spent');
    clock += 1;
    await exchange('b');
    expect(await exchange('a')).toBe('openid of a');
  });
});
