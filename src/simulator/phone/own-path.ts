/** A path of the phone, or `/`: nothing that a browser could read as another host. */
export const ownPath = (path: string | null): string =>
  path !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : '/';
