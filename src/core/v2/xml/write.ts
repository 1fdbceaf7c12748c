const NAME = /^[A-Za-z_]\w{0,63}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry these, and no reader gives \r back.
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/;

/**
 * Writes one message: strings in CDATA, integers bare.
 *
 * @throws {TypeError} a name or a value that XML cannot carry
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
  if (FORBIDDEN.test(value) || !value.isWellFormed()) {
    throw new TypeError(`"${name}" holds a character that XML cannot carry`);
  }
  const text = value.includes(']]>') ? value.replaceAll(']]>', ']]]]><![CDATA[>') : value;
  return `<![CDATA[${text}]]>`;
}
