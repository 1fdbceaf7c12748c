const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{3fffd}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes of colours take no column.
const COLOUR = /\u001b\[\d+m/g;

/** How many columns of a terminal a text takes: ideographs take two, and colours none. */
export const widthOf = (text: string): number =>
  [...text.replace(COLOUR, '')].reduce((width, one) => width + (WIDE.test(one) ? 2 : 1), 0);

/** The text with blanks behind it, up to this width. */
export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
