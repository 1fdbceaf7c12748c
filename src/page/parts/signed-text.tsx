import type { ComponentChildren } from 'preact';
import { say } from '../text/language.js';
import { Copy } from './copy.js';

const INVISIBLE: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\t': '\\t',
  '\ufeff': '\\ufeff',
  '\u00a0': '\\u00a0',
};

/** A text in which line feeds and what is invisible can be seen. */
function visible(text: string): ComponentChildren[] {
  return text.split(/([\n\r\t\ufeff\u00a0])/).map((piece) => {
    if (piece === '\n') {
      return (
        <>
          <i class="escape">\n</i>
          {'\n'}
        </>
      );
    }
    const shown = INVISIBLE[piece];
    return shown === undefined ? piece : <i class="escape">{shown}</i>;
  });
}

/**
 * A string to sign, with its invisible characters.
 *
 * @param at where another string begins to differ
 */
export function SignedText({ title, text, at }: { title: string; text: string; at?: number | undefined }) {
  const differing = at === undefined ? '' : text.slice(at, at + 1);
  return (
    <section class="source" aria-label={title}>
      <header>
        <h4>{title}</h4>
        <Copy text={text} name={title} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>
        {visible(text.slice(0, at))}
        {at !== undefined && (
          <mark title={say('the first difference', '第一处差异')}>
            {differing === '' ? say('(ends here)', '（到此结束）') : visible(differing)}
          </mark>
        )}
        {at !== undefined && visible(text.slice(at + 1))}
      </pre>
    </section>
  );
}
