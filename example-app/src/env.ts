/** The variables of these names; an error that lists all that are missing. */
export function need<Name extends string>(env: NodeJS.ProcessEnv, ...names: Name[]): Record<Name, string> {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`missing in the environment: ${missing.join(', ')}`);
  return env as Record<Name, string>;
}
