import { z } from 'zod';
import { optionalProperties } from './check.js';
import { MAIN_SETTINGS, SETTING_GROUPS } from './settings.js';
import { type NextFaults, nextFaults, type Switches } from './switches.js';
import { isByPath, type Settings } from './values.js';

const GROUPS: Readonly<Record<string, Settings>> = SETTING_GROUPS;

/** In JSON, `null` stands for the initial value. */
const nullable = (settings: Settings): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, field]) => {
      const schema = field.schema.nullable();
      return [name, isByPath(field) ? z.record(z.string(), schema) : schema];
    }),
  );

const groupSchemas = Object.entries(GROUPS).map(([name, settings]) => [
  name,
  optionalProperties(nullable(settings)),
]);

/** The schema of JSON that sets switches. What it does not name stays as it is. */
export const switchesBody = optionalProperties({
  ...nullable(MAIN_SETTINGS),
  ...Object.fromEntries(groupSchemas),
  next: nextFaults,
}) as z.ZodType<Record<string, unknown>>;

/** Sets the switches that a checked body names. */
export function setSwitches(switches: Switches, { next, ...body }: Record<string, unknown>): void {
  const groups = switches as unknown as Record<string, Record<string, unknown>>;
  for (const [name, value] of Object.entries(body)) {
    const settings = GROUPS[name];
    if (settings) setValues(groups[name] ?? {}, settings, value as object);
    else setValues(groups, MAIN_SETTINGS, { [name]: value });
  }
  if (next) switches.next(next as NextFaults);
}

function setValues(target: Record<string, unknown>, settings: Settings, values: object): void {
  for (const [name, value] of Object.entries(values)) {
    const field = settings[name];
    if (!field || value === undefined) continue;
    if (isByPath(field)) Object.assign(target[name] as object, value);
    else target[name] = value === null ? field.initial : value;
  }
}
