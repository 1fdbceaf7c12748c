import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Writes text in a style, or leaves it as it is. */
export type Paint = Record<Style, (text: string) => string>;

const STYLES: readonly Style[] = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'];

/** A stream of Node, or what stands for one. */
interface Stream {
  isTTY?: boolean;
}

/**
 * The styles of a stream: colour on a terminal only. `NO_COLOR` turns it off there, `FORCE_COLOR` turns it on everywhere.
 *
 * @see https://no-color.org
 */
export function paint({ isTTY = false }: Stream, env: NodeJS.ProcessEnv = process.env): Paint {
  const coloured = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTTY && env.TERM !== 'dumb';
  const write = (style: Style) => (text: string) => (coloured ? styleText(style, text) : text);
  return Object.fromEntries(STYLES.map((style) => [style, write(style)])) as Paint;
}
