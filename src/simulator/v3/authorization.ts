const SCHEME = 'WECHATPAY2-SHA256-RSA2048 ';
const LONGEST = 4096;
const PAIR = /^(mchid|nonce_str|signature|timestamp|serial_no)="([^"]+)"$/;

/** The content of an `Authorization` header, not verified. */
export interface Authorization {
  mchid: string;
  nonce_str: string;
  signature: string;
  timestamp: string;
  serial_no: string;
}

/** Reads the five pairs in any order; `undefined` when the header is malformed. */
export function readAuthorization(header: string): Authorization | undefined {
  if (!header.startsWith(SCHEME) || header.length > LONGEST) return undefined;
  const pairs = new Map<string, string>();
  for (const pair of header.slice(SCHEME.length).split(',')) {
    const [, name = '', value = ''] = PAIR.exec(pair.trim()) ?? [];
    if (name === '' || pairs.has(name)) return undefined;
    pairs.set(name, value);
  }
  return pairs.size === 5 ? (Object.fromEntries(pairs) as unknown as Authorization) : undefined;
}
