import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from '@swc/core';

/** A type or value that a declaration file declares. */
export interface Declared {
  /** The file, and the name in it. */
  id: string;
  /** `FunctionDeclaration`, `TsInterfaceDeclaration`, … */
  kind: string;
  /** Everything of ours that its signature names, as ids. */
  names: string[];
  /** A function, or a constant that is one. */
  callable: boolean;
  /** The docblock before it, `undefined` where there is none. */
  doc: string | undefined;
  /** Members of an interface without a docblock. */
  bare: string[];
}

/** What one entry point of a built package offers: each name with its declaration. */
export function publicDeclarations(file: string): Map<string, Declared> {
  const found = new Map<string, Declared>();
  const files = new Map<string, Module>();
  const open = (path: string): Module => {
    const known = files.get(path) ?? readModule(path);
    files.set(path, known);
    return known;
  };
  for (const [name, id] of exportsOf(file, open)) found.set(name, declaredAt(id, open));
  return found;
}

/** A type that a public signature names and that users cannot import. */
export interface Unreachable {
  /** The public name whose signature it is. */
  by: string;
  type: string;
}

/**
 * The types in the signatures of an entry point that cannot be imported from it.
 *
 * @param elsewhere ids of what another entry point of the package offers
 */
export function unreachable(
  declarations: ReadonlyMap<string, Declared>,
  elsewhere: ReadonlySet<string>,
): Unreachable[] {
  const offered = new Set([...declarations.values()].map(({ id }) => id));
  return [...declarations].flatMap(([by, { names }]) =>
    names
      .filter((id) => !offered.has(id) && !elsewhere.has(id))
      .map((id) => ({ by, type: id.slice(id.lastIndexOf('#') + 1) })),
  );
}

interface Module {
  path: string;
  source: string;
  declared: Map<string, Node[]>;
  imported: Map<string, { path: string; name: string }>;
  exported: { from?: string; name?: string; as?: string }[];
}

interface Node {
  [key: string]: unknown;
  type: string;
}

type Open = (path: string) => Module;

function readModule(path: string): Module {
  const source = readFileSync(path, 'utf8');
  const found: Module = { path, source, declared: new Map(), imported: new Map(), exported: [] };
  const { body } = parseSync(source, { syntax: 'typescript', target: 'es2022' }) as unknown as { body: Node[] };
  for (const statement of body) readStatement(statement, found);
  return found;
}

function readStatement(statement: Node, { path, declared, imported, exported }: Module): void {
  const from = (statement.source as { value: string } | undefined)?.value;
  // A package is named as it is.
  const target = from?.startsWith('.') ? join(dirname(path), from.replace(/\.js$/, '.d.ts')) : from;
  const specifiers = (statement.specifiers ?? []) as Node[];
  const declare = (node: Node, isExported: boolean): void => {
    for (const name of namesOf(node)) {
      declared.set(name, [...(declared.get(name) ?? []), node]);
      if (isExported) exported.push({ name });
    }
  };
  if (statement.type === 'ImportDeclaration') {
    for (const one of specifiers) {
      const local = textOf(one.local);
      imported.set(local, { path: target as string, name: one.imported ? textOf(one.imported) : local });
    }
  } else if (statement.type === 'ExportAllDeclaration') {
    exported.push({ from: target as string });
  } else if (statement.type === 'ExportNamedDeclaration') {
    for (const one of specifiers) {
      const name = textOf(one.orig);
      const as = one.exported ? textOf(one.exported) : name;
      exported.push({ ...(target && { from: target }), name, as });
    }
  } else if (statement.type === 'ExportDeclaration') {
    declare(statement.declaration as Node, true);
  } else {
    declare(statement, false);
  }
}

const textOf = (identifier: unknown): string => (identifier as { value: string }).value;

function namesOf(node: Node): string[] {
  if (node.type === 'VariableDeclaration') return (node.declarations as { id: unknown }[]).map(({ id }) => textOf(id));
  const named = node.identifier ?? node.id;
  return named ? [textOf(named)] : [];
}

function exportsOf(path: string, open: Open): [name: string, id: string][] {
  return open(path).exported.flatMap(({ from, name, as = name }): [string, string][] => {
    if (name === undefined) return exportsOf(from as string, open);
    return [[as as string, locate(name, from ?? path, open)]];
  });
}

const isOfOurs = (id: string): boolean => isOurs(id.split('#')[0] as string);

const isOurs = (path: string): boolean => path.endsWith('.d.ts');

/** Where a name is declared, however often it is handed on. */
function locate(name: string, path: string, open: Open): string {
  if (!isOurs(path)) return `${path}#${name}`;
  const { declared, imported, exported } = open(path);
  if (declared.has(name)) return `${path}#${name}`;
  const source = imported.get(name);
  if (source) return locate(source.name, source.path, open);
  const handed = exported.find(({ as }) => as === name);
  if (handed?.from) return locate(handed.name as string, handed.from, open);
  const all = exported.filter((one) => one.name === undefined);
  const owner = all.find(({ from }) => exportsOf(from as string, open).some(([each]) => each === name));
  if (owner) return locate(name, owner.from as string, open);
  throw new Error(`${path} does not know ${name}`);
}

function declaredAt(id: string, open: Open): Declared {
  const [path, name] = id.split('#') as [string, string];
  const { source, declared, imported } = open(path);
  const nodes = declared.get(name) as Node[];
  const named = new Set<string>();
  for (const node of nodes) collect(node, named);
  const ours = [...named].filter((one) => one !== name && (declared.has(one) || imported.has(one)));
  return {
    id,
    kind: (nodes[0] as Node).type,
    names: ours.map((one) => locate(one, path, open)).filter(isOfOurs),
    callable: nodes.some((node) => isCallable(node, name)),
    doc: docBefore(source, name),
    bare: bareMembers(source, name),
  };
}

function isCallable(node: Node, name: string): boolean {
  if (node.type !== 'VariableDeclaration') return node.type === 'FunctionDeclaration';
  const declared = (node.declarations as { id: Node & { typeAnnotation?: { typeAnnotation: Node } } }[]).find(
    ({ id }) => textOf(id) === name,
  );
  return declared?.id.typeAnnotation?.typeAnnotation.type === 'TsFunctionType';
}

/** The names a type refers to: `Foo<Bar>`, `extends Foo`. What `typeof foo` names is a value, and no type to import. */
function collect(value: unknown, named: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  if (node.typeName) named.add(leftmost(node.typeName as Node));
  if (node.type === 'TsExpressionWithTypeArguments') named.add(leftmost(node.expression as Node));
  if (node.type === 'ClassDeclaration' && node.superClass) named.add(leftmost(node.superClass as Node));
  for (const child of Object.values(node)) collect(child, named);
}

function leftmost(node: Node): string {
  if (node.type === 'TsQualifiedName') return leftmost(node.left as Node);
  if (node.type === 'MemberExpression') return leftmost(node.object as Node);
  return textOf(node);
}

const DECLARATION = '(?:declare )?(?:abstract )?(?:function|interface|type|const|class)';

function docBefore(source: string, name: string): string | undefined {
  const before = new RegExp(`(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\s*(?:export )?${DECLARATION} ${name}\\b`);
  return before.exec(source)?.[1];
}

/** Properties and methods of an interface that stand without a docblock. */
function bareMembers(source: string, name: string): string[] {
  const body = new RegExp(`^(?:export )?interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1] ?? '';
  const lines = body.split('\n');
  return lines.flatMap((line, at) => {
    const [, member] = /^ {4}(?:readonly )?(\w+)\??[:(<]/.exec(line) ?? [];
    return member !== undefined && !lines[at - 1]?.trim().endsWith('*/') ? [member] : [];
  });
}
