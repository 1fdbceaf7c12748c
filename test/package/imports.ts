import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One import, export or type that names another module. */
export interface Import {
  /** The file it stands in, from the root of the package: `src/koa/wx-notify.ts`. */
  from: string;
  /** A file of ours the same way, or the name of a package or of a module of Node (`node:crypto`). */
  to: string;
  /** It vanishes when the types do. */
  typeOnly: boolean;
}

/** Everything the TypeScript files of `folder` import, read from their syntax. */
export const importsOf = (folder: string): Import[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => join(folder, file))
    .flatMap((from) =>
      specifiersIn(readFileSync(join(ROOT, from), 'utf8'), from.endsWith('.tsx')).map(({ specifier, typeOnly }) => ({
        from,
        to: resolve(from, specifier),
        typeOnly,
      })),
    );

interface Found {
  specifier: string;
  typeOnly: boolean;
}

export function specifiersIn(source: string, tsx = false): Found[] {
  const found: Found[] = [];
  visit(parseSync(source, { syntax: 'typescript', tsx, target: 'es2022' }), found);
  return found;
}

interface Syntax {
  type?: string;
  source?: { value: string };
  typeOnly?: boolean;
  specifiers?: { isTypeOnly?: boolean }[];
  callee?: { type: string };
  arguments?: { expression: { type: string; value: string } }[];
  argument?: { value: string };
}

/** `import … from`, `export … from`, `import(…)` and `import('…').Type`. */
function visit(node: unknown, found: Found[]): void {
  if (typeof node !== 'object' || node === null) return;
  const { type = '', source, typeOnly = false, specifiers = [], callee, argument, arguments: given } = node as Syntax;
  if (/^(?:Import|ExportNamed|ExportAll)Declaration$/.test(type) && source) {
    const onlyTypes = specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly);
    found.push({ specifier: source.value, typeOnly: typeOnly || onlyTypes });
  }
  // A module of the shop, which the command line loads, is named by an expression.
  const loaded = callee?.type === 'Import' ? given?.[0]?.expression : undefined;
  if (type === 'CallExpression' && loaded?.type === 'StringLiteral') {
    found.push({ specifier: loaded.value, typeOnly: false });
  }
  if (type === 'TsImportType' && argument) found.push({ specifier: argument.value, typeOnly: true });
  for (const child of Object.values(node)) visit(child, found);
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts');
  if (specifier.startsWith('node:')) return specifier;
  if (builtinModules.includes(specifier)) return `node:${specifier}`;
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

export const isOurs = ({ to }: Import): boolean => to.startsWith('src/');

/** `src/koa/oauth/pages.ts` is of `koa`; `src/index.ts` of `index.ts`. */
export const layerOf = (file: string): string => file.split('/')[1] as string;

/** Files that import each other in a circle, or `null`. */
export function cycleIn(imports: readonly Pick<Import, 'from' | 'to'>[]): string[] | null {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return null;
    path.push(file);
    for (const target of next.get(file) ?? []) {
      const cycle = walk(target);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = walk(file);
    if (cycle) return cycle;
  }
  return null;
}
