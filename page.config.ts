/**
 * Builds the page of the simulator from `src/page`: one script with everything it needs, and one style sheet. The build puts both
 * into the simulator; tests build them anew, so that none sees an old page.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type OutputOptions, type Plugin, rolldown } from 'rolldown';

const SOURCE = 'src/page';

/** The files of `style/` in the order of their numbers. */
const styleSheet: Plugin = {
  name: 'style-sheet',
  generateBundle() {
    const folder = join(SOURCE, 'style');
    const files = readdirSync(folder).sort();
    const source = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    this.emitFile({ type: 'asset', fileName: 'page.css', source });
  },
};

const output = {
  dir: 'node_modules/.cache/simulator-page',
  format: 'iife',
  entryFileNames: 'page.js',
  minify: true,
  comments: false,
} satisfies OutputOptions;

const config = defineConfig({
  input: { page: join(SOURCE, 'main.tsx') },
  platform: 'browser',
  transform: { jsx: { runtime: 'automatic', importSource: 'preact' }, target: 'es2022' },
  plugins: [styleSheet],
  output,
});

export default config;

export interface BuiltPage {
  script: string;
  style: string;
  /** The files the script is made of, those of packages included. */
  moduleIds: string[];
}

/** Builds the page without writing it. */
export async function buildPage(): Promise<BuiltPage> {
  const build = await rolldown(config);
  const { output: files } = await build.generate(output);
  await build.close();
  const [{ code, moduleIds }, ...assets] = files;
  const style = assets.find(({ fileName }) => fileName === 'page.css');
  return { script: code, style: style?.type === 'asset' ? String(style.source) : '', moduleIds };
}
