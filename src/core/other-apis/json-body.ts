import { mustBe } from '../../util/options.js';

/**
 * The body as the JSON text that is signed and sent.
 *
 * @throws {TypeError} for what JSON cannot carry, or would silently turn into something else: NaN becomes null, a Map `{}`
 */
export function jsonText(body: unknown): string {
  if (typeof body !== 'object' || body === null) throw mustBe('body', 'an object, which is sent as JSON');
  try {
    return JSON.stringify(body, refuseLost);
  } catch (cause) {
    // A toJSON of the host's may throw anything.
    throw cause instanceof TypeError ? cause : new TypeError('"body" cannot be sent as JSON', { cause });
  }
}

function refuseLost(this: unknown, name: string, value: unknown): unknown {
  // In a list, undefined becomes null.
  const reason = value === undefined && Array.isArray(this) ? 'undefined' : lossOf(value);
  if (reason !== undefined)
    throw new TypeError(`"body" cannot be sent as JSON: ${name === '' ? 'it' : name} is ${reason}`);
  return value;
}

/** What a value is, if JSON loses it. A circle, and what `toJSON` throws, is an error of JSON.stringify() itself. */
function lossOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'bigint':
    case 'symbol':
    case 'function':
      return `a ${typeof value}`;
    case 'object':
      return isLostObject(value) ? `a ${value.constructor.name}` : undefined;
    default:
      return undefined;
  }
}

/** Objects whose content JSON does not see. Those with a `toJSON` (Date, Buffer) are replaced before they come here. */
const isLostObject = (value: object | null): value is object =>
  value instanceof Map || value instanceof Set || value instanceof Promise || ArrayBuffer.isView(value);
