import { z } from 'zod';
import type { Field, ValuesOf } from './field.js';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The schema of an object that may have these properties. Another one is refused by its name. */
export const optionalProperties = <Shape extends Record<string, z.ZodType>>(shape: Shape) =>
  z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `Unrecognized key: ${quoted(issue.keys)} (known: ${quoted(Object.keys(shape))})`
          : undefined,
    })
    .partial();

/** The schema of an object with some of these fields. */
export function objectOf<Fields extends Readonly<Record<string, Field<unknown>>>>(
  fields: Fields,
): z.ZodType<Partial<ValuesOf<Fields>>> {
  const shape = Object.entries(fields).map(([name, { schema }]) => [name, schema]);
  const object = optionalProperties(Object.fromEntries(shape));
  return object as unknown as z.ZodType<Partial<ValuesOf<Fields>>>;
}

/** What is wrong with a value, for a person: where, and what is expected. */
export function problemIn(place: string, error: z.ZodError): string {
  const [issue] = error.issues;
  return `${[place, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`;
}

/**
 * Returns the value if the schema accepts it.
 *
 * @throws {TypeError} naming the place and what is expected
 */
export function checked<Value>(place: string, schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (result.success) return value as Value;
  throw new TypeError(problemIn(place, result.error));
}
