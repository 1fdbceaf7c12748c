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

/** But for case, `_` and `-` they are the same, or, where they are longer, but for one character after the first, or two that changed places. */
function resembles(name: string, known: string): boolean {
  const [a, b] = [name, known].map((text) => text.toLowerCase().replaceAll(/[_-]/g, '')) as [string, string];
  if (a === b) return true;
  if (b.length < 5) return false;
  const shorter = Math.min(a.length, b.length);
  let ahead = 0;
  while (ahead < shorter && a[ahead] === b[ahead]) ahead++;
  let behind = 0;
  while (behind < shorter - ahead && a.at(-1 - behind) === b.at(-1 - behind)) behind++;
  const [c, d] = [a, b].map((text) => text.slice(ahead, text.length - behind)) as [string, string];
  return ahead > 0 && ((c.length < 2 && d.length < 2) || (d.length === 2 && c === `${d[1]}${d[0]}`));
}
