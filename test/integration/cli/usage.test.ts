import { describe, expect, test } from '@jest/globals';
import { run, start } from '../../support/cli.js';

describe('help', () => {
  test.each([[['--help']], [['help']], [[]]])('%j lists the commands, with examples', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: koa-wxpay');
    expect(stdout).toContain('Examples:');
    expect(stdout).toMatch(/^ {2}simulate/m);
  });

  test('every command has a help with at least one example', async () => {
    const { stdout } = await run('--help');
    const names = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[|<| ).* {2}/gm)].map(([, name]) => name as string);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names.filter((name) => name !== 'help')) {
      const { code, stdout } = await run(name, '--help');
      expect([name, code, stdout]).toEqual([name, 0, expect.stringContaining(`npx koa-wxpay ${name}`)]);
    }
  });

  test('colour is printed on a terminal only, or when FORCE_COLOR asks for it', async () => {
    const esc = String.fromCharCode(27);
    expect((await run('--help')).stdout).not.toContain(esc);
    const wrong = start(['fly'], { env: { FORCE_COLOR: '1' } });
    expect((await wrong.ended).stderr).toContain(`${esc}[31mkoa-wxpay:${esc}[39m`);
  });
});

test('--version prints the version', async () => {
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('a wrong use is one line on stderr and exit code 2', () => {
  test.each([
    [['fly'], `unknown command 'fly': see "koa-wxpay --help"`],
    [['simulat'], `unknown command 'simulat' (did you mean simulate?): see "koa-wxpay --help"`],
    [['--jsn'], `unknown option '--jsn'`],
    [['simulate', '--prot', '1'], `unknown option '--prot' (did you mean --port?): see "koa-wxpay simulate --help"`],
    [['simulate', '--port'], `option '--port <n>' argument missing: see "koa-wxpay simulate --help"`],
    [['reconcile'], `missing required argument 'module': see "koa-wxpay reconcile --help"`],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`koa-wxpay: ${sentence}`);
    expect(stderr).toMatch(/^.*\n$/);
  });
});
