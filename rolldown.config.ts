/**
 * Builds `dist` from `src`, beside the declarations that tsc writes there.
 *
 * There is one implementation, in CommonJS, which every Node.js, every Jest and every bundler can load. The ES modules beside it
 * only name its exports, so `import` and `require` share classes and module state. What runs in browsers has no state, and is an
 * ES module of its own, which a page can load as it is.
 */
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { defineConfig, type Plugin } from 'rolldown';
import { buildPage } from './page.config.js';

interface Manifest {
  bin: Record<string, string>;
  exports: Record<string, string | { require: { default: string } }>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

const { bin, exports, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const programs = Object.values(bin);
const entryPoints = Object.values(exports).flatMap((entry) =>
  typeof entry === 'string' ? [] : [entry.require.default],
);

/** `./dist/postgres/index.js` is built from `src/postgres/index.ts`. */
const nameOf = (file: string): string => file.replace(/^(?:\.\/)?dist\/(.*)\.js$/, '$1');

const BROWSER = 'browser/index';

const esModules: Plugin = {
  name: 'es-modules',
  generateBundle(_, bundle) {
    // The package is `"type": "module"`. Without this scope Node.js would read dist/*.js as ES modules.
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' });
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk' || !file.isEntry || file.exports.length === 0) continue;
      const path = file.fileName.replace(/\.js$/, '');
      const from = `from './${basename(file.fileName)}';\n`;
      const names = `export { ${file.exports.join(', ')} } ${from}`;
      if (path !== BROWSER) this.emitFile({ type: 'asset', fileName: `${path}.mjs`, source: names });
      this.emitFile({ type: 'asset', fileName: `${path}.d.mts`, source: `export * ${from}` });
    }
  },
};

/** What only some shops need is loaded when it is first used, and not by importing the package. */
const loadedWhenUsed = ['fast-xml-parser', 'raw-body'];

/** Moves `let name = require("name")` from the top of a chunk to where the name is used. */
const lazyPackages: Plugin = {
  name: 'lazy-packages',
  renderChunk(code) {
    return loadedWhenUsed.reduce((chunk, name) => {
      const variable = name.replaceAll('-', '_');
      return chunk
        .replace(new RegExp(`^let ${variable} = .*\\n`, 'm'), '')
        .replace(new RegExp(`^${variable} = .*__toESM\\(.*\\n`, 'm'), '')
        .replace(new RegExp(`\\b${variable}\\.default\\b`, 'g'), `require("${name}")`)
        .replace(new RegExp(`\\b${variable}(?=\\.)`, 'g'), `(require("${name}"))`);
    }, code);
  },
};

const pageModules: string[] = [];

/** Puts the built page of the simulator in place of the module that declares it. */
const page: Plugin = {
  name: 'page',
  resolveId: (source) => (source.endsWith('/built-page.js') ? { id: BUILT_PAGE } : null),
  async load(id) {
    if (id !== BUILT_PAGE) return null;
    const { script, style, moduleIds } = await buildPage();
    pageModules.push(...moduleIds);
    return `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`;
  },
};

const BUILT_PAGE = 'src/simulator/pages/built-page.js';

/** The licenses of the packages whose code became part of the tools, as these licenses ask for. */
const licenses: Plugin = {
  name: 'licenses',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = [...modules, ...pageModules].flatMap(
      (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [],
    );
    const texts = [...new Set(folders)].sort().map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
      if (file === undefined) throw new Error(`${name} has no license file: its code cannot be published with ours`);
      return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    });
    if (texts.length === 0) return;
    const source = `Part of the command line and the simulator:\n\n${texts.join('\n----\n\n')}`;
    this.emitFile({ type: 'asset', fileName: 'third-party-licenses.txt', source });
  },
};

/**
 * The SQLite of the simulator's data folders is a program in WebAssembly. It lies compressed beside the chunk that loads it, where
 * it takes a third of its size.
 */
const sqlite: Plugin = {
  name: 'sqlite',
  transform(code, id) {
    if (!id.endsWith('/node-sqlite3-wasm/dist/node-sqlite3-wasm.js')) return null;
    const changes = [
      ['locateFile("node-sqlite3-wasm.wasm")', 'locateFile("node-sqlite3-wasm.wasm.br")'],
      ['return readBinary(file)', 'return require("node:zlib").brotliDecompressSync(readBinary(file))'],
    ] as const;
    return changes.reduce((changed, [from, to]) => {
      if (!changed.includes(from)) throw new Error(`node-sqlite3-wasm loads its program in another way: no ${from}`);
      return changed.replace(from, to);
    }, code);
  },
  generateBundle() {
    const program = readFileSync('node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm');
    const source = brotliCompressSync(program, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    this.emitFile({ type: 'asset', fileName: 'chunks/node-sqlite3-wasm.wasm.br', source });
  },
};

const executables: Plugin = {
  name: 'executables',
  writeBundle({ dir = 'dist' }) {
    for (const file of programs) chmodSync(join(dir, `${nameOf(file)}.js`), 0o755);
  },
};

const forNode = defineConfig({
  input: Object.fromEntries([...entryPoints, ...programs].map(nameOf).map((name) => [name, `src/${name}.ts`])),
  platform: 'node',
  // A development dependency that is imported becomes part of the chunk that imports it.
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  plugins: [page, esModules, lazyPackages, licenses, sqlite, executables],
  output: {
    dir: 'dist',
    format: 'cjs',
    exports: 'named',
    esModule: true,
    cleanDir: true,
    chunkFileNames: 'chunks/[name].js',
    // The declarations carry the docblocks.
    comments: { jsdoc: false },
    // Jest refuses import() in CommonJS unless Node.js runs with --experimental-vm-modules.
    dynamicImportInCjs: false,
    codeSplitting: {
      groups: [
        { name: 'core', test: /src\/(?:core|util)\//, minShareCount: 2 },
        { name: 'once', test: /src\/once\//, minShareCount: 2 },
      ],
    },
  },
});

const forBrowsers = defineConfig({
  input: { [BROWSER]: `src/${BROWSER}.ts` },
  platform: 'browser',
  // The oldest browsers that load ES modules: Chrome 61 and Safari 11.
  transform: { target: ['chrome61', 'safari11'] },
  output: { dir: 'dist', format: 'es', entryFileNames: '[name].mjs', comments: { jsdoc: false } },
});

export default [forNode, forBrowsers];
