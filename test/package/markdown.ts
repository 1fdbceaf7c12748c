import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from './run.js';

/** The pages of `docs`, without the extension of the language: `docs/errors`. */
export const pages = (): string[] =>
  readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md') && !name.endsWith('.zh-CN.md'))
    .map((name) => join('docs', name.replace(/\.md$/, '')));

export const read = (document: string): string => readFileSync(join(ROOT, document), 'utf8');

const FENCE = /^(```+)[\s\S]*?^\1$/gm;

/** The fenced code of a document, without comments: these are translated, as drawings are. */
export const fences = (document: string): string[] =>
  [...read(document).matchAll(FENCE)]
    .filter(([block]) => !block.startsWith('```text'))
    .map(([block]) => block.replace(/[ \t]*(?:\/\/|#) .*$|\/\*\*.*\*\/$/gm, '').trim());

export interface Heading {
  level: number;
  /** What comes after `#` in a link, as GitHub makes it. */
  anchor: string;
}

export function headings(document: string): Heading[] {
  const seen = new Map<string, number>();
  return [
    ...read(document)
      .replace(FENCE, '')
      .matchAll(/^(#{1,6}) (.*)$/gm),
  ].map(([, marks = '', text = '']) => {
    const slug = slugOf(text);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return { level: marks.length, anchor: count === 0 ? slug : `${slug}-${count}` };
  });
}

const slugOf = (text: string): string =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** The links of a document that lead to no file, or to no heading in it. */
export function deadLinks(document: string): string[] {
  const text = read(document)
    .replace(FENCE, '')
    .replace(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(?:https?|mailto):/.test(target) && !leadsSomewhere(document, target));
}

function leadsSomewhere(document: string, target: string): boolean {
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  const file = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || headings(file).some((heading) => heading.anchor === anchor);
}
