import type { KeyObject } from 'node:crypto';
import type { Cause } from './causes/cause.js';
import type { Text } from './text.js';

/** A message of HTTP as it was recorded. */
export interface Recorded {
  /** Of a request. */
  method?: string;
  /** Path and query as they travelled, for example `/v3/certificates?a=1`. */
  target?: string;
  /** Of an answer. */
  status?: number;
  /** Every value that arrived, under lower-case names. */
  headers: Readonly<Record<string, readonly string[]>>;
  body: Buffer;
}

/** An RSA key that may have made a signature. */
export interface NamedKey {
  /** What to call it, for example `merchant 1900000109`. */
  label: string;
  /** The public half. */
  key: KeyObject;
  /** The serial of its certificate, or `PUB_KEY_ID_…`. */
  serial?: string;
  /** Whose it is, as far as that is known. */
  owner?: 'merchant' | 'WeChat Pay';
  /** The number of the merchant whose it is. */
  mchid?: string;
}

/** An APIv2 key or an APIv3 key. No explanation contains it. */
export interface NamedSecret {
  label: string;
  secret: string;
  /** The merchant it belongs to, if that is known. */
  mchid?: string;
}

/** What is known when a message is explained. All of it may be absent. */
export interface Known {
  keys?: readonly NamedKey[];
  apiV2Keys?: readonly NamedSecret[];
  apiV3Keys?: readonly NamedSecret[];
  /** The time at which the message was judged, in Unix milliseconds. */
  now?: number;
  /** The exact string that the program signed or verified, if it was logged. */
  signed?: string;
}

/** What a message was explained as. */
export type Subject =
  | 'v3 request'
  | 'v3 answer'
  | 'v3 notification'
  | 'v2 message'
  | 'v2 refund notification'
  | 'page parameters'
  | 'app parameters';

/** What is right and wrong about the signature of a message. It contains no key. */
export interface Explanation {
  subject: Subject;
  /** `unchecked`: no key was given that could check it, or nothing signs it. */
  verdict: 'genuine' | 'wrong' | 'unchecked';
  /** The string to sign, as the documented rule makes it from the message that arrived. */
  expected?: string;
  /** The string that was signed, where it could be found. */
  signed?: string;
  /** Where both strings begin to differ, in UTF-16 code units. */
  differAt?: number;
  /** Most likely first; empty when the message is genuine. */
  causes: Cause[];
  /** What else is worth knowing. */
  notes: Text[];
  /** What was encrypted, if it could be opened. */
  content?: string;
}
