import { mustBe } from '../../util/options.js';
import { printable } from '../../util/printable.js';

/** What a path is made of as it travels (RFC 3986). All else must be percent-encoded. */
const ENCODED = /^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;
/** What would lead to another path, or to another host, once a server or a proxy decodes it. */
const LEADS_ELSEWHERE = /^\.{0,2}$|[/\\\p{Cc}]/u;

const BEGINNINGS = {
  v3: { form: /^\/v3\//, right: 'a path of WeChat Pay such as /v3/profitsharing/orders; the host is fixed' },
  v2: { form: /^\/(?!v3\/)/, right: 'a path of API v2 such as /mmpaymkttransfers/sendredpack; the host is fixed' },
};

/**
 * The path of an API, exactly as it is signed and sent: nothing in it names a host, leads to another path or begins the query,
 * even if a value of a user's was put into it unencoded.
 *
 * @throws {TypeError}
 */
export function checkApiPath(version: 'v2' | 'v3', path: unknown): string {
  const { form, right } = BEGINNINGS[version];
  if (typeof path !== 'string' || !form.test(path)) throw mustBe('path', `${right}, not ${printable(path)}`);
  if (/[?#]/.test(path)) {
    const where = version === 'v3' ? 'parameters belong into "query"' : 'parameters are fields';
    throw mustBe('path', `a path alone: ${where}, and a ? or # of a value needs encodeURIComponent()`);
  }
  if (!ENCODED.test(path)) {
    throw mustBe('path', `written as it travels: put values into it with encodeURIComponent(), not ${printable(path)}`);
  }
  if (path.slice(1).split('/').some(leadsElsewhere)) {
    throw mustBe('path', `one without empty segments, dot segments and encoded slashes, not ${printable(path)}`);
  }
  return path;
}

function leadsElsewhere(segment: string): boolean {
  try {
    return LEADS_ELSEWHERE.test(decodeURIComponent(segment));
  } catch {
    return true; // percent-encoded bytes that are not UTF-8
  }
}
