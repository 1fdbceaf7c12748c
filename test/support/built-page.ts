import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (name: string): string => readFileSync(resolve('node_modules/.cache/simulator-page', name), 'utf8');

/** What `src/simulator/pages/built-page.d.ts` declares, as it was built when Jest started. */
export const script = read('page.js');
export const style = read('page.css');
