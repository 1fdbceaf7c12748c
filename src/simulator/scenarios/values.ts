import { unknownName } from '../../util/options.js';
import { checked } from './check.js';
import type { ByPath, Field, Setting, ValuesOf } from './field.js';

/** A list of settings, by name. */
export type Settings = Readonly<Record<string, Setting<unknown> | ByPath<unknown>>>;

export const isByPath = (field: Field<unknown>): field is ByPath<unknown> => 'path' in field;

/**
 * Creates an object with a property for each setting, and the members that are given. Assigning a
 * value of the wrong form, or a property that does not exist, throws a TypeError: a misspelt fault
 * would test nothing.
 *
 * @param onChange is called when a value was assigned
 */
export function createValues<List extends Settings, Members extends object = object>(
  place: string,
  settings: List,
  members?: Members,
  onChange: () => void = () => {},
): ValuesOf<List> & Members {
  const byPath = (name: string, field: ByPath<unknown>) =>
    createByPath(`${place}.${name}`, field, onChange);
  const values = Object.entries(settings).map(([name, field]) => [
    name,
    isByPath(field) ? byPath(name, field) : field.initial,
  ]);
  return new Proxy(Object.assign(Object.fromEntries(values), members), {
    set(target, property, value) {
      const name = String(property);
      const field = settings[name];
      if (!field) {
        throw new TypeError(unknownName(place, name, Object.keys(settings)));
      }
      target[name] = isByPath(field)
        ? Object.assign(byPath(name, field), value)
        : checked(`${place}.${name}`, field.schema, value);
      onChange();
      return true;
    },
  });
}

/** Sets everything back to its initial value. */
export function resetValues(values: object, settings: Settings): void {
  for (const [name, field] of Object.entries(settings)) {
    const initial = isByPath(field) ? {} : field.initial;
    Object.assign(values, { [name]: initial });
  }
}

const createByPath = (
  place: string,
  { schema }: Field<unknown>,
  onChange: () => void,
): Record<string, unknown> =>
  new Proxy<Record<string, unknown>>(
    {},
    {
      set(target, path, value) {
        if (value === undefined || value === null) delete target[String(path)];
        else target[String(path)] = checked(`${place}[${String(path)}]`, schema, value);
        onChange();
        return true;
      },
      deleteProperty(target, path) {
        onChange();
        return delete target[String(path)];
      },
    },
  );
