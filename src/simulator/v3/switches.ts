/** What API v3 leaves open, or what changes under a merchant's feet. */
export interface V3Switches {
  /** By which key notifications are signed while both are in use (`merchant.platform = 'mixed'`). @default 'alternate' */
  notifyWith: 'alternate' | 'publicKey' | 'certificate';
  /**
   * Orders that API v2 placed: API v3 treats them as its own; does not see them, so that their numbers are free for another order;
   * or queries and closes them, and says of their numbers that they are used. @default 'works'
   */
  v2Orders: 'works' | 'unknown' | 'used';
}

export const defaultV3Switches = (): V3Switches => ({ notifyWith: 'alternate', v2Orders: 'works' });
