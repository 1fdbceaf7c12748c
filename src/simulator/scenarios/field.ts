import { z } from 'zod';

/** A text in the languages of the page and the command line. */
export interface Text {
  en: string;
  zh: string;
}

/** A value that the page and the command line offer. */
export interface Choice<Value> {
  value: Value;
  text: Text;
}

/**
 * One fault: what values it takes, and how it is presented. Types, checks, the HTTP interface and
 * the page are all derived from lists of these.
 */
export interface Field<Value> {
  schema: z.ZodType<Value>;
  label: Text;
  choices: readonly Choice<Value>[];
}

/** One setting or rule: a field that always has a value. */
export interface Setting<Value> extends Field<Value> {
  initial: Value;
}

/** A setting with a value for each path. */
export interface ByPath<Value> extends Field<Value> {
  /** The path that the page offers when it has no choice of its own. */
  path: string;
}

/** The values of a list of fields: `{ lost: Field<boolean> }` becomes `{ lost: boolean }`. */
export type ValuesOf<Fields> = {
  -readonly [Name in keyof Fields]: Fields[Name] extends ByPath<infer Value>
    ? Record<string, Value | undefined>
    : Fields[Name] extends Field<infer Value>
      ? Value
      : never;
};

export const text = (en: string, zh: string): Text => ({ en, zh });

/** A fault that takes a value. Each choice is a value and its text. */
export const fault = <Value>(
  schema: z.ZodType<Value>,
  label: Text,
  ...choices: readonly [value: Value, text: Text][]
): Field<Value> => ({ schema, label, choices: choices.map(toChoice) });

/** A fault that is on or off. */
export const flag = (en: string, zh: string): Field<boolean> => {
  const label = text(en, zh);
  return { schema: z.boolean(), label, choices: [{ value: true, text: label }] };
};

/** A setting with a value. The first choice is the initial value. */
export const setting = <Value>(
  schema: z.ZodType<Value>,
  label: Text,
  ...choices: readonly [[value: Value, text: Text], ...[value: Value, text: Text][]]
): Setting<Value> => ({
  schema,
  label,
  initial: choices[0][0],
  choices: choices.map(toChoice),
});

/** A setting with a fixed set of values. The first choice is the initial value. */
export const oneOf = <const Value extends string | number>(
  label: Text,
  ...choices: readonly [[value: Value, text: Text], ...[value: Value, text: Text][]]
): Setting<Value> => setting<Value>(z.literal(choices.map(([value]) => value)), label, ...choices);

/** A setting that is on or off. */
export const toggle = (initial: boolean, en: string, zh: string): Setting<boolean> =>
  initial
    ? setting(z.boolean(), text(en, zh), [true, YES], [false, NO])
    : setting(z.boolean(), text(en, zh), [false, NO], [true, YES]);

const YES = text('yes', '是');
const NO = text('no', '否');

const toChoice = <Value>([value, text]: readonly [Value, Text]): Choice<Value> => ({ value, text });
