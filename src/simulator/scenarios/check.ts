import { z } from 'zod';
import { unknownName } from '../../util/options.js';
import type { Field, ValuesOf } from './field.js';

/** The schema of an object with these properties. Another one is refused, with the nearest name. */
export const strictProperties = <Shape extends Record<string, z.ZodType>>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownName('this object', String(issue.keys[0]), Object.keys(shape), 'a field')
        : undefined,
  });

/** The same, with none of the properties required. */
export const optionalProperties = <Shape extends Record<string, z.ZodType>>(shape: Shape) =>
  strictProperties(shape).partial();

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
  return `${[place, ...(issue?.path ?? [])].filter((part) => part !== '').join('.')}: ${issue?.message}`;
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
