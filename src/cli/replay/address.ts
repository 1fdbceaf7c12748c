import type { Recorded } from '../../explain/types.js';

/** Where a recorded message was sent: its `url`, or its path with the header `Host`. */
export function addressIn(bytes: Buffer, { target, headers }: Recorded): string | undefined {
  const url = urlIn(bytes.toString());
  if (url !== undefined) return url;
  const host = headers.host?.[0];
  return host !== undefined && target?.startsWith('/') ? `http://${host}${target}` : undefined;
}

function urlIn(text: string): string | undefined {
  try {
    const { url } = JSON.parse(text) as { url?: unknown };
    return typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
