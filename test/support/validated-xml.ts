import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { WxpayError } from '../../src/core/errors.js';

// The parser alone guesses numbers, merges duplicates and forgives truncation; everything it may not see is refused before it runs.
const parser = new XMLParser({
  preserveOrder: true,
  cdataPropName: '#cdata',
  ignoreAttributes: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: false,
  ignoreDeclaration: true,
});

const DECLARATION =
  /<\?xml\s+version=(["'])1\.[01]\1(?:\s+encoding=(["'])utf-8\2)?(?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>/iy;
const TAG = /<\/?([A-Za-z_]\w{0,63})\s*\/?>/y;
const ENTITY = /&(?:amp|lt|gt|quot|apos);/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 cannot carry
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
const NAME = /^[A-Za-z_]\w{0,63}$/;
const MAX_FIELDS = 200;

type Node = { [name: string]: Node[] | string };

const refuse = (reason: string, cause?: unknown): never => {
  throw new WxpayError('ERR_WXPAY_BAD_XML', `not an XML message of API v2: ${reason}`, { status: 400, cause });
};

/**
 * The reader of messages of API v2 as it first was: the library's validator and its ordered tree, checked afterwards. The reader of
 * today is compared with it, document by document.
 */
export function readXmlTwice(message: Uint8Array | string, root = 'xml'): Map<string, string> {
  const text = typeof message === 'string' ? message : decode(message);
  guard(text);
  if (XMLValidator.validate(text) !== true) refuse('malformed');
  const top = (parse(text) as Node[]).filter((node) => !isBlank(node));
  const [only, ...rest] = top;
  const children = only?.[root];
  if (rest.length > 0 || !Array.isArray(children)) return refuse(`expected one <${root}>`);
  return fieldsOf(children);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    return refuse('bytes that are not UTF-8', cause);
  }
}

function parse(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (cause) {
    return refuse('malformed', cause);
  }
}

/** Walks the mark-up once: outside CDATA only plain tags and the five predefined entities may stand. */
function guard(text: string): void {
  if (FORBIDDEN.test(text)) refuse('a control character');
  DECLARATION.lastIndex = 0;
  let at = DECLARATION.test(text) ? DECLARATION.lastIndex : 0;
  const mark = /[<&]/g;
  // Counted here, before the library spends tens of milliseconds on the tags of a stranger.
  for (let tags = 0; ; ) {
    mark.lastIndex = at;
    const found = mark.exec(text);
    if (!found) return;
    at = found.index;
    if (text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at + 9);
      if (end < 0) refuse('CDATA without an end');
      at = end + 3;
    } else {
      if (text[at] === '<' && ++tags > 2 * (MAX_FIELDS + 1)) refuse(`more than ${MAX_FIELDS} fields`);
      at = plainMark(text, at);
    }
  }
}

function plainMark(text: string, at: number): number {
  const rule = text[at] === '&' ? ENTITY : TAG;
  rule.lastIndex = at;
  const match = rule.exec(text);
  if (!match)
    return refuse(text[at] === '&' ? 'an entity other than the five predefined' : 'a mark-up other than a plain tag');
  if (match[1] === '__proto__') refuse('a field named __proto__');
  return rule.lastIndex;
}

const isBlank = (node: Node): boolean => typeof node['#text'] === 'string' && node['#text'].trim() === '';

function fieldsOf(children: Node[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const node of children) {
    if (isBlank(node)) continue;
    const [name] = Object.keys(node) as [string];
    const content = node[name];
    if (!NAME.test(name) || !Array.isArray(content)) return refuse('text between the fields');
    if (fields.has(name)) refuse(`the field ${name} twice`);
    fields.set(name, content.map((part) => textOf(name, part)).join(''));
    if (fields.size > MAX_FIELDS) refuse(`more than ${MAX_FIELDS} fields`);
  }
  return fields;
}

function textOf(field: string, part: Node): string {
  if (typeof part['#text'] === 'string') return part['#text'];
  const inner = part['#cdata'];
  if (!Array.isArray(inner)) return refuse(`an element inside ${field}`);
  return inner.map((piece) => piece['#text'] ?? '').join('');
}
