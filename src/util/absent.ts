/**
 * Whether an optional value is absent: `undefined`, `null` (a NULL column) and `''` (an empty
 * column) count alike.
 */
export const isAbsent = (value: unknown): value is undefined | null | '' =>
  value === undefined || value === null || value === '';

/** `T` without `undefined` and `null`, in every field at every depth. */
export type Present<T> = T extends Date | readonly unknown[] | ((...args: never) => unknown)
  ? T
  : T extends object
    ? { [K in keyof T]: Present<Exclude<T[K], undefined | null>> }
    : T;

/**
 * Copies an object without its `undefined` fields. For what we read, where an empty text is what
 * WeChat wrote.
 */
export const defined = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  without(fields, (value) => value === undefined) as never;

/** Copies an object without its absent fields. The values of the fields are copied as they are. */
export const present = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined | null> } =>
  without(fields, isAbsent) as never;

/**
 * A loop instead of Object.fromEntries() over filtered entries: these copies are made for every
 * message.
 */
function without(fields: object, isLeftOut: (value: unknown) => boolean): object {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name as keyof typeof fields] as unknown;
    if (!isLeftOut(value)) kept[name] = value;
  }
  return kept;
}

/**
 * As {@link present}, at every depth of plain objects and lists. An object whose fields are all
 * absent is absent itself. Dates and other instances stay as they are.
 */
export function presentDeep<T>(value: T): Present<T> {
  if (Array.isArray(value)) return value.map((item) => presentDeep(item) ?? {}) as never;
  if (!isPlain(value)) return value as never;
  const given = present(Object.fromEntries(Object.entries(value).map(([name, field]) => [name, presentDeep(field)])));
  const nothingLeft = Object.keys(given).length === 0 && Object.keys(value).length > 0;
  return (nothingLeft ? undefined : given) as never;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
