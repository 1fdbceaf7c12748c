import { XMLParser } from 'fast-xml-parser';
import { WxpayError } from '../../errors.js';

/**
 * Alone the library guesses numbers, merges duplicates and forgives truncation. It is given only
 * what `checkStructure` has proven to be flat, and asked for the values as they travelled.
 */
let parser: XMLParser | undefined;

const newParser = (): XMLParser =>
  new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    ignoreDeclaration: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    htmlEntities: false,
    // Two steps that no option here needs, a tenth of the time each: the path of every value as text,
    // and a look at every value for what it might be (undefined: leave it).
    jPath: false,
    tagValueProcessor: () => undefined,
  });

/** A child of the root as the library returns it: a field under its name, or blanks as text. */
type Child = { [name: string]: { '#text': string }[] };

const DECLARATION =
  /<\?xml\s+version=(["'])1\.[01]\1(?:\s+encoding=(["'])utf-8\2)?(?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>/iy;
const BLANKS = /[ \t\r\n]*/y;
const OPENING_TAG = /<([A-Za-z_]\w{0,63})[ \t\r\n]*(\/?)>/y;
const MARK = /[<&]/g;
const CDATA = '<![CDATA[';
const ENTITY = /&(?:amp|lt|gt|quot|apos);/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry these.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
const MAX_FIELDS = 200;

const decoder = new TextDecoder('utf-8', { fatal: true });

const refuse = (reason: string, cause?: unknown): never => {
  throw new WxpayError('ERR_WXPAY_BAD_XML', `not an XML message of API v2: ${reason}`, {
    status: 400,
    cause,
  });
};

/**
 * Reads one flat message of API v2: `<xml>` with each child once, text or CDATA, every value the
 * string that travelled. Linear in the length of the message.
 *
 * Refuses what a signature over fields does not cover: DOCTYPE, declared entities, comments,
 * attributes, nesting, duplicates, text between elements, bytes that are not UTF-8.
 *
 * @param root `root` inside `req_info`
 * @throws {WxpayError} `ERR_WXPAY_BAD_XML`
 */
export function readXml(message: Uint8Array | string, root = 'xml'): Map<string, string> {
  const text = typeof message === 'string' ? message : decode(message);
  checkStructure(text, root);
  const fields = new Map<string, string>();
  for (const child of childrenOf(text, root)) {
    for (const name in child) {
      if (name === '#text') continue;
      if (fields.has(name)) refuse(`the field ${name} twice`);
      fields.set(name, textOf(child, name));
    }
  }
  return fields;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    return refuse('bytes that are not UTF-8', cause);
  }
}

function childrenOf(text: string, root: string): Child[] {
  parser ??= newParser(); // With the first message: only merchants with v2 load the library.
  try {
    return parser.parse(text)[0][root];
  } catch (cause) {
    return refuse('malformed', cause);
  }
}

/** Text and CDATA of one field, joined. */
function textOf(child: Child, name: string): string {
  let value = '';
  for (const piece of child[name] ?? []) value += piece['#text'];
  return value;
}

/**
 * Proves in one pass over the message that it is one root with fields in it: every field is text,
 * every tag is closed by its own, and there is nothing but blanks elsewhere.
 */
function checkStructure(text: string, root: string): void {
  if (FORBIDDEN.test(text)) refuse('a control character');
  const start = skip(BLANKS, text, skip(DECLARATION, text, 0));
  const { name, isEmpty, end } = openingTag(text, start);
  if (name !== root) refuse(`expected one <${root}>`);
  const behind = isEmpty ? end : endOfFields(text, end, root);
  if (skip(BLANKS, text, behind) !== text.length) refuse('something behind its end');
}

/** Behind the closing tag of the root. */
function endOfFields(text: string, start: number, root: string): number {
  // Counted here, before the library spends tens of milliseconds on the tags of a stranger.
  for (let at = start, fields = 0; ; fields++) {
    at = skip(BLANKS, text, at);
    if (text.startsWith('</', at)) return closingTag(text, at, root);
    if (fields === MAX_FIELDS) refuse(`more than ${MAX_FIELDS} fields`);
    const { name, isEmpty, end } = openingTag(text, at);
    at = isEmpty ? end : closingTag(text, endOfValue(text, end), name);
  }
}

/** Behind text, predefined entities and CDATA: where the next tag begins. */
function endOfValue(text: string, start: number): number {
  for (let at = start; ; ) {
    MARK.lastIndex = at;
    if (!MARK.test(text)) refuse('a field without an end');
    at = MARK.lastIndex - 1;
    if (text.startsWith(CDATA, at)) {
      const end = text.indexOf(']]>', at + CDATA.length);
      if (end < 0) refuse('CDATA without an end');
      at = end + 3;
    } else if (text[at] === '&') {
      const end = skip(ENTITY, text, at);
      if (end === at) refuse('an entity other than the five predefined');
      at = end;
    } else {
      return at;
    }
  }
}

function openingTag(text: string, at: number): { name: string; isEmpty: boolean; end: number } {
  OPENING_TAG.lastIndex = at;
  const found = OPENING_TAG.exec(text) ?? refuse('a mark-up other than a plain tag');
  const name = found[1] as string;
  if (name === '__proto__') refuse('a field named __proto__');
  return { name, isEmpty: found[2] === '/', end: OPENING_TAG.lastIndex };
}

/** Behind the closing tag of that name. */
function closingTag(text: string, at: number, name: string): number {
  const end = skip(BLANKS, text, at + 2 + name.length);
  if (!text.startsWith('</', at) || !text.startsWith(name, at + 2) || text[end] !== '>') {
    refuse(`no end of ${name} where one must be`);
  }
  return end + 1;
}

/** Behind what a sticky rule matches at this place, or the place itself. */
function skip(rule: RegExp, text: string, at: number): number {
  rule.lastIndex = at;
  return rule.test(text) ? rule.lastIndex : at;
}
