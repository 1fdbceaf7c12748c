import { type Text, text } from './text.js';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
};

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Writes JSON with blanks behind colons and commas, as Python does. */
function withBlanks(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(withBlanks).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${withBlanks(inner)}`);
  return `{${pairs.join(', ')}}`;
}

const asciiOnly = (json: string): string => json.replace(/[\u0080-\uffff]/g, unicode);
const slashes = (json: string): string => json.replaceAll('/', '\\/');

/**
 * The spellings that common libraries give to the value of a JSON text, each with what is special about it.
 *
 * @returns nothing when the text is not JSON
 */
export function otherSpellings(json: string): readonly (readonly [spelling: Text, json: string])[] {
  const value = parsed(json);
  if (value === undefined) return [];
  const compact = JSON.stringify(value);
  const spaced = withBlanks(value);
  return [
    [text('compact, without blanks', '不含空白的紧凑格式'), compact],
    [text('with blanks behind : and , (Python)', '冒号和逗号后有空格（Python）'), spaced],
    [text('with blanks and \\u escapes (Python)', '含空格和 \\u 转义（Python）'), asciiOnly(spaced)],
    [text('with \\u escapes', '含 \\u 转义'), asciiOnly(compact)],
    [text('with \\/ and \\u escapes (PHP)', '含 \\/ 和 \\u 转义（PHP）'), slashes(asciiOnly(compact))],
    [text('with \\/ escapes (PHP)', '含 \\/ 转义（PHP）'), slashes(compact)],
    [text('with <, >, & as \\u escapes (Go)', '<、>、& 被转义（Go）'), compact.replace(/[<>&]/g, unicode)],
    [
      text("with <, >, &, =, ' as \\u escapes (Gson)", "<、>、&、=、' 被转义（Gson）"),
      compact.replace(/[<>&=']/g, unicode),
    ],
    [text('with its fields sorted by name', '字段按名称排序'), JSON.stringify(sorted(value))],
    [text('with its fields sorted and blanks (Python)', '字段排序并含空格（Python）'), withBlanks(sorted(value))],
    [text('indented by two blanks', '缩进两个空格'), JSON.stringify(value, null, 2)],
    [text('indented by four blanks', '缩进四个空格'), JSON.stringify(value, null, 4)],
    [text('indented by tabs', '用制表符缩进'), JSON.stringify(value, null, '\t')],
    [text('a string that contains the JSON', '被再次序列化的字符串'), JSON.stringify(json)],
  ];
}

function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
