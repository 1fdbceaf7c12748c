/** A notification as it travels: POST `body` with `headers` to the shop's `notifyUrl`. */
export interface SignedNotice {
  body: string;
  headers: Record<string, string>;
}
