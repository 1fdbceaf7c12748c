/**
 * Copies the documents to where VitePress reads them: English at the root, Chinese below zh-CN, so that each language has
 * addresses of its own. Links are rewritten to these addresses; a link that leads out of the documentation leads to GitHub.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const content = fileURLToPath(new URL('build/content/', import.meta.url));
const GITHUB = 'https://github.com/koa-wxpay/koa-wxpay/blob/main/';

/** Where a document of the repository stands in the site. */
function addressOf(path) {
  const chinese = path.endsWith('.zh-CN.md');
  const english = path.replace(/\.zh-CN\.md$/, '.md');
  const name =
    english === 'README.md' ? 'index.md' : english === 'docs/README.md' ? 'contents.md' : english.slice('docs/'.length);
  return chinese ? `zh-CN/${name}` : name;
}

const documents = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const known = new Set(documents);

function rewritten(document, target) {
  if (/^(?:\w+:|#)/.test(target)) return target;
  const [path, anchor] = target.split('#');
  const file = normalize(join(dirname(document), path));
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (known.has(file)) return `/${addressOf(file)}${hash}`;
  if (file.startsWith('docs/images/')) return file.replace('docs/', '/');
  return GITHUB + file + hash;
}

const FENCE = /^(```+)[\s\S]*?^\1$/gm;

/** The text between the fences; comments are for the tests. */
function page(document) {
  const text = readFileSync(join(root, document), 'utf8');
  const prose = (part) =>
    part
      .replace(/^<!--[\s\S]*?-->\n+/gm, '')
      .replace(/(\]\()([^)\s]+)(\))/g, (_, open, target, close) => open + rewritten(document, target) + close);
  let [result, at] = ['', 0];
  for (const { 0: block, index } of text.matchAll(FENCE)) {
    result += prose(text.slice(at, index)) + block;
    at = index + block.length;
  }
  return result + prose(text.slice(at));
}

rmSync(content, { recursive: true, force: true });
for (const document of documents) {
  const path = join(content, addressOf(document));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page(document));
}
cpSync(join(root, 'docs/images'), join(content, 'public/images'), { recursive: true });
cpSync(
  fileURLToPath(new URL('node_modules/mermaid/dist/mermaid.min.js', import.meta.url)),
  join(content, 'public/mermaid.js'),
);
