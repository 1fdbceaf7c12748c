import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

/** As GitHub makes anchors: the same links work in both places. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** The sections of the table of contents, which is a page of its own. */
function sidebar(prefix) {
  const contents = readFileSync(new URL(`../build/content${prefix}contents.md`, import.meta.url), 'utf8');
  return contents
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.split('\n', 1)[0],
      items: [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\.md\)/gm)].map(([, text, link]) => ({ text, link })),
    }));
}

const REPOSITORY = 'https://github.com/koa-wxpay/koa-wxpay';

export default defineConfig({
  title: 'koa-wxpay',
  srcDir: 'build/content',
  outDir: 'build/site',
  cleanUrls: true,
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  markdown: {
    anchor: { slugify },
    config(md) {
      const fence = md.renderer.rules.fence;
      md.renderer.rules.fence = (tokens, at, options, env, self) => {
        const { info, content } = tokens[at];
        if (info.trim() !== 'mermaid') return fence(tokens, at, options, env, self);
        return `<Diagram code="${encodeURIComponent(content)}" />`;
      };
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: {
          'zh-CN': { translations: { button: { buttonText: '搜索' }, modal: { noResultsText: '没有找到' } } },
        },
      },
    },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'WeChat Pay for Koa',
      themeConfig: {
        nav: [
          { text: 'Contents', link: '/contents' },
          { text: 'API reference', link: '/reference/' },
        ],
        sidebar: sidebar('/'),
      },
    },
    'zh-CN': {
      label: '简体中文',
      lang: 'zh-CN',
      description: 'Koa 的微信支付中间件',
      themeConfig: {
        nav: [
          { text: '目录', link: '/zh-CN/contents' },
          { text: 'API 参考（英文）', link: '/reference/' },
        ],
        sidebar: sidebar('/zh-CN/'),
        outline: { label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
      },
    },
  },
});
