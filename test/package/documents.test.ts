import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deadLinks, fences, headings, pages, read } from './markdown.js';
import { ROOT } from './run.js';

const OTHERS = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'example-app/README.md',
  'example-app/README.zh-CN.md',
];
const documents = [...OTHERS, ...pages().flatMap((page) => [`${page}.md`, `${page}.zh-CN.md`])];

describe('every document', () => {
  test.each(documents)('%s has no dead link', (document) => {
    expect(deadLinks(document)).toEqual([]);
  });

  test.each(pages())('%s has the same headings, code and rows in both languages', (page) => {
    const shape = (document: string) => ({
      levels: headings(document).map(({ level }) => level),
      code: fences(document),
      rows: read(document).match(/^\|/gm)?.length,
    });
    expect(shape(`${page}.zh-CN.md`)).toEqual(shape(`${page}.md`));
  });

  test.each(['docs/README.md', 'docs/README.zh-CN.md'])('is named in %s', (index) => {
    const language = index.endsWith('.zh-CN.md') ? '.zh-CN.md' : '.md';
    const named = [...read(index).matchAll(/\]\(([\w-]+)(?:\.zh-CN)?\.md\)/g)].map(([, name]) => `docs/${name}`);
    const others = pages().filter((page) => page !== 'docs/README');
    expect(others.filter((page) => !read(index).includes(`](${page.slice('docs/'.length)}${language})`))).toEqual([]);
    expect(named.filter((name) => !pages().includes(name))).toEqual([]);
  });
});

describe('the pages about errors', () => {
  const source = readFileSync(join(ROOT, 'src/core/errors.ts'), 'utf8');
  const codes = [...new Set(source.match(/ERR_WXPAY_[A-Z_]+/g))].map((code) => code.toLowerCase()).sort();

  test.each(['docs/errors.md', 'docs/errors.zh-CN.md'])('%s has a heading for every code, and for no other', (page) => {
    const anchors = headings(page).map(({ anchor }) => anchor);
    expect(anchors.filter((anchor) => anchor.startsWith('err_wxpay_')).sort()).toEqual(codes);
  });

  test('every code is thrown somewhere', () => {
    const thrown = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8').replace(/type WxpayErrorCode =[^;]*;/, ''))
      .flatMap((text) => text.match(/ERR_WXPAY_[A-Z_]*[A-Z]\b/g) ?? []);
    expect(codes.filter((code) => !thrown.includes(code.toUpperCase()))).toEqual([]);
  });
});
