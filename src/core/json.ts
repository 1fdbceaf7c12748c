/** A JSON object as it was parsed: nothing about its fields is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A field that is missing or malformed. Its value is left out of the message: it may be a payer's. */
export class FieldFault extends Error {
  constructor(field: string) {
    super(`"${field}" is missing or malformed`);
  }
}

// JSON has no byte order mark: one that is kept makes JSON.parse() refuse the text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Bytes to what they say in JSON: strict UTF-8. `undefined` for everything else, since JSON has no such value. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** As {@link readJson}, nothing but an object. */
export function readObject(bytes: Uint8Array): JsonObject | undefined {
  const value = readJson(bytes);
  return isObject(value) ? value : undefined;
}

const NOT_EMPTY = /./su;

/**
 * A text that must be there, in its form.
 *
 * @param parent names the object in errors: `amount/`
 * @throws {FieldFault}
 */
export function text(object: JsonObject, name: string, form: RegExp = NOT_EMPTY, parent = ''): string {
  const value = object[name];
  if (typeof value === 'string' && form.test(value)) return value;
  throw new FieldFault(parent + name);
}

/** As {@link text}, `undefined` where there is no such field. */
export const optionalText = (object: JsonObject, name: string, form?: RegExp, parent?: string) =>
  object[name] === undefined ? undefined : text(object, name, form, parent);

/** A text that decides nothing: anything else in its place, null or new, is left out. */
export function looseText(object: JsonObject, name: string, form?: RegExp): string | undefined {
  const value = object[name];
  return typeof value === 'string' && (form === undefined || form.test(value)) ? value : undefined;
}

/** A whole number of fen, at least that many. */
const isFen = (value: unknown, least: 0 | 1): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;

/**
 * An amount that must be there, at least one fen.
 *
 * @throws {FieldFault}
 */
export function fen(object: JsonObject, name: string, parent = ''): number {
  const value = object[name];
  if (isFen(value, 1)) return value;
  throw new FieldFault(parent + name);
}

/** An amount that decides nothing, zero included. */
export function looseFen(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  return isFen(value, 0) ? value : undefined;
}

/**
 * An object that must be there.
 *
 * @throws {FieldFault}
 */
export function object(parent: JsonObject, name: string): JsonObject {
  const value = parent[name];
  if (isObject(value)) return value;
  throw new FieldFault(name);
}
