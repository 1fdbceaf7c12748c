import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './run.js';

/** A fenced piece of TypeScript of a document. */
export interface Snippet {
  document: string;
  /** The line its code begins on. */
  line: number;
  /** What the comment before it calls it: `<!-- file: shop.ts -->`. */
  file: string | undefined;
  /** Declarations it needs and does not show: `<!-- given: declare const pool: pg.Pool; -->`. */
  given: string;
  code: string;
}

const FENCE = /((?:^<!--[\s\S]*?-->\n+)*)^```ts\n([\s\S]*?)^```$/gm;

export function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(FENCE)].map(({ 0: whole, 1: comments = '', 2: code = '', index }) => ({
    document,
    line: text.slice(0, index + whole.indexOf('```ts')).split('\n').length + 1,
    file: /<!-- file: (\S+) -->/.exec(comments)?.[1],
    given: /<!-- given:\s([\s\S]*?)-->/.exec(comments)?.[1] ?? '',
    code,
  }));
}

/** Every document a reader may copy from. */
export const documents = (): string[] => [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Where a snippet is written to be compiled; snippets of one document stand beside each other. */
export const pathOf = ({ document, line, file }: Snippet): string =>
  join(basename(document, '.md').replace(/\W/g, '-'), file ?? `line-${line}.ts`);

/** Imports a snippet makes and `given` repeats would clash: what it needs stands before it. */
export const sourceOf = ({ given, code }: Snippet): string => `${given}${code}\nexport {};\n`;
