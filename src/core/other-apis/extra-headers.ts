import { mustBe } from '../../util/options.js';

/** Headers that the signature, the verification or the connection depends on. */
const OURS =
  /^(?:authorization|host|connection|content-.*|transfer-encoding|accept|accept-encoding|expect|te|trailer|upgrade|keep-alive|cookie|wechatpay-.*)$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x20-\x7e]*$/;

/**
 * The headers that a caller adds to a request, in lower case.
 *
 * @throws {TypeError} for one that we set, or that cannot be sent
 */
export function extraHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object') throw mustBe('headers', "an object such as { 'Accept-Language': 'en' }");
  const added: Record<string, string> = {};
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    const option = `headers.${given}`;
    if (!NAME.test(name)) throw mustBe('headers', 'named by letters, digits and hyphens');
    if (OURS.test(name)) throw new TypeError(`"${option}" is set by the client${hintOf(name)}`);
    if (Object.hasOwn(added, name)) throw mustBe(option, 'given once, whatever the case of its name');
    if (typeof value !== 'string' || !VALUE.test(value)) throw mustBe(option, 'a string of printable ASCII');
    added[name] = value;
  }
  return added;
}

const hintOf = (name: string): string =>
  name === 'wechatpay-serial' ? ': give "encryptedFor" the serial that encrypt() returned' : '';
