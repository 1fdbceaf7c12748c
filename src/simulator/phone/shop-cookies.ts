/** The cookies that a shop set through the phone, so that another person can start without them. */
export class ShopCookies {
  readonly #seen = new Map<string, { name: string; path: string }>();

  /** Remembers the name and path of each cookie in these `Set-Cookie` headers. */
  record(headers: readonly string[]): void {
    for (const header of headers) {
      const name = /^\s*([^=;\s]+)=/.exec(header)?.[1];
      const path = /;\s*path=([^;]*)/i.exec(header)?.[1]?.trim() || '/';
      if (name) this.#seen.set(`${name};${path}`, { name, path });
    }
  }

  /** The `Set-Cookie` headers that delete them. */
  deletions(): string[] {
    return [...this.#seen.values()].map(({ name, path }) => `${name}=; Path=${path}; Max-Age=0`);
  }
}
