import { escaped } from '../../explain/difference.js';
import type { Explanation } from '../../explain/types.js';
import type { Paint } from '../output/paint.js';

const BEFORE = 40;
const AFTER = 30;

const VERDICTS = { genuine: 'the signature is right', wrong: 'wrong', unchecked: 'not checked' };

/** An explanation for a terminal. */
export function render(explanation: Explanation, { bold, dim, green, red, yellow }: Paint): string {
  const { subject, verdict, expected, signed, differAt, causes, notes, content } = explanation;
  const colour = { genuine: green, wrong: red, unchecked: yellow }[verdict];
  const parts = [
    `${bold(subject)}: ${colour(VERDICTS[verdict])}`,
    ...causes.map(({ what, fix }, at) => `${bold(`${at + 1}. ${what.en}`)}\n   ${fix.en}`),
    ...notes.map(({ en }) => dim(`Note: ${en}`)),
    ...(expected === undefined
      ? []
      : [`${bold('String to sign')} ${dim('by the rule of WeChat Pay')}\n${shown(expected)}`]),
    ...(signed === undefined ? [] : [`${bold('What was signed')}\n${shown(signed)}`]),
    ...(differAt === undefined ? [] : [difference(expected ?? '', signed ?? '', differAt, { bold, red })]),
    ...(content === undefined ? [] : [`${bold('Encrypted content')}\n${shown(content)}`]),
  ];
  return parts.join('\n\n');
}

/** Each line of the string on a line of its own, with its line feed visible. */
const shown = (text: string): string =>
  text
    .split(/(?<=\n)/)
    .map((line) => `  ${escaped(line)}`)
    .join('\n');

function difference(expected: string, signed: string, at: number, { bold, red }: Pick<Paint, 'bold' | 'red'>): string {
  const start = Math.max(0, at - BEFORE);
  const before = escaped(expected.slice(start, at));
  const excerpt = (text: string): string => {
    const rest = text.slice(at, at + AFTER);
    const more = text.length > at + AFTER ? '…' : '';
    return rest === '' ? '(ends here)' : `${escaped(rest)}${more}`;
  };
  const lead = start > 0 ? '…' : '';
  return [
    `${bold('First difference')} at character ${at + 1}`,
    `  expected  ${lead}${before}${red(excerpt(expected))}`,
    `  signed    ${lead}${before}${red(excerpt(signed))}`,
    `            ${' '.repeat(widthOf(lead + before))}${red('^')}`,
  ].join('\n');
}

/** How many columns a text takes: ideographs take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (width, one) => width + (/[\u1100-\u115f\u2e80-\uffef]|[\u{1f300}-\u{3fffd}]/u.test(one) ? 2 : 1),
    0,
  );
