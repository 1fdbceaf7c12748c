import { document, markup } from '../http/markup.js';
import { phoneStyle } from './style.js';

/** The page of a shop that cannot be reached. */
export const downPage = (shop: string, reason: string): string =>
  document(
    '商店没有回应 · The shop does not answer',
    phoneStyle,
    markup`<main>
<b>!</b>
<h1>商店没有回应</h1>
<p>The shop at ${shop} does not answer. Start it and try again.</p>
<code>${reason}</code><br>
<a href="">重试 Try again</a>
</main>`,
  );

/** The page of a phone that has no address of a shop. */
export const emptyPage = (): string =>
  document(
    '还没有商店 · No shop yet',
    phoneStyle,
    markup`<main>
<b>?</b>
<h1>还没有商店</h1>
<p>This phone shows a shop as soon as it has its address (option <code>shop</code>).</p>
<a href="">重试 Try again</a>
</main>`,
  );
