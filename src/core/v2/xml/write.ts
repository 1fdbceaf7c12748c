import { FORBIDDEN } from './characters.js';

const NAME = /^[A-Za-z_]\w{0,63}$/;

/**
 * Writes one message: strings in CDATA, integers bare.
 *
 * @throws {TypeError} a name or a value that XML cannot carry; `\r` is one, for no reader gives it back
 */
export function writeXml(fields: Iterable<readonly [string, string | number]>, root = 'xml'): string {
  let text = '';
  for (const [name, value] of fields) {
    if (!NAME.test(name)) throw new TypeError(`"${name.slice(0, 64)}" is no field name of API v2`);
    text += `<${name}>${typeof value === 'number' ? integer(name, value) : cdata(name, value)}</${name}>`;
  }
  return `<${root}>${text}</${root}>`;
}

function integer(name: string, value: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new TypeError(`"${name}" must be a whole number, not ${value}`);
  }
  return String(value);
}

function cdata(name: string, value: string): string {
  if (typeof value !== 'string') throw new TypeError(`"${name}" must be a string`);
  if (FORBIDDEN.test(value) || value.includes('\r') || !value.isWellFormed()) {
    throw new TypeError(`"${name}" holds a character that XML cannot carry`);
  }
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
