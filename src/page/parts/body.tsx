import { useState } from 'preact/hooks';
import type { RequestDetailJson } from '../../simulator/control/json-types.js';
import { say } from '../text/language.js';
import { bytes } from '../text/values.js';
import { Copy } from './copy.js';

/** JSON and XML on several lines; `undefined` where that is not another text. */
function formatted(text: string): string | undefined {
  const pretty = text.trimStart().startsWith('<') ? formattedXml(text) : formattedJson(text);
  return pretty === text ? undefined : pretty;
}

function formattedJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** The messages of API v2 are flat. */
const formattedXml = (text: string): string =>
  text
    .replace(/>\s*<(?=[\w!])/g, '>\n  <')
    .replace(/>\s*<\/(xml|root)>/g, '>\n</$1>')
    .replace(/(<[\w]+>)\n {2}(<!\[CDATA\[)/g, '$1$2');

/** A text of a message, as it travelled or on several lines. */
export function Source({ title, text, note }: { title: string; text: string; note?: string }) {
  const pretty = formatted(text);
  const [raw, setRaw] = useState(false);
  return (
    <section class="source" aria-label={title}>
      <header>
        <h4>{title}</h4>
        {note !== undefined && <span class="soft">{note}</span>}
        {pretty !== undefined && (
          <button type="button" class="button quiet" aria-pressed={raw} onClick={() => setRaw(!raw)}>
            {say('As it travelled', '原文')}
          </button>
        )}
        <Copy text={text} name={title} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>{raw ? text : (pretty ?? text)}</pre>
    </section>
  );
}

/** The body of a message. */
export function Body({ title, of }: { title: string; of: RequestDetailJson['body'] }) {
  const { text, base64, size, truncated } = of;
  if (size === 0) return <p class="soft">{say(`${title}: empty`, `${title}：空`)}</p>;
  const cut = truncated ? say(', only the first part', '，仅前一部分') : '';
  const kind = text === undefined ? say(', in base64: it is not UTF-8', '，非 UTF-8，以 base64 显示') : '';
  return <Source title={title} text={text ?? base64 ?? ''} note={`${bytes(size)}${cut}${kind}`} />;
}
