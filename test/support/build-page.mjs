import { execFileSync } from 'node:child_process';

/** Builds the page of the simulator before the tests start. It runs outside of Jest's realm, in which the bundler does not work. */
export default function buildPage() {
  execFileSync('node_modules/.bin/rolldown', ['-c', 'page.config.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
