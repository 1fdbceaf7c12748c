/** Every name an options object may have: the compiler keeps the list whole. */
export type Names<T> = Readonly<Record<keyof Required<T>, true>>;

/**
 * Refuses what can only be a slip of the pen: `fulfill` for `fulfil` would be ignored in silence. Names that resemble none are the
 * host's own business.
 *
 * @throws TypeError with the name that was meant
 */
export function checkNames<T extends object>(what: string, options: T, names: Names<T>): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const meant = Object.keys(names).find((known) => options[known as keyof T] === undefined && resembles(name, known));
    if (meant) throw new TypeError(`"${name}" is not an option of ${what}: did you mean "${meant}"?`);
  }
}

/** But for case, `_` and `-`, and for two neighbouring characters (one of a short name) after the first, they are the same. */
function resembles(name: string, known: string): boolean {
  const [a, b] = [name, known].map((text) => text.toLowerCase().replaceAll(/[_-]/g, '')) as [string, string];
  const shorter = Math.min(a.length, b.length);
  let ahead = 0;
  while (ahead < shorter && a[ahead] === b[ahead]) ahead++;
  let behind = 0;
  while (behind < shorter - ahead && a.at(-1 - behind) === b.at(-1 - behind)) behind++;
  const other = Math.max(a.length, b.length) - ahead - behind;
  return a === b || (ahead > 0 && ahead + behind >= Math.min(4, b.length) && other <= (b.length > 4 ? 2 : 1));
}
