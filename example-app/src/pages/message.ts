import { html } from './html.js';
import { layout } from './layout.js';

/** What happened and what to do, in two languages. */
export interface Message {
  title: string;
  text: string;
  english: string;
  /** An address to copy. */
  copy?: string;
  actions?: { href: string; text: string; quiet?: boolean }[];
}

const HOME = [{ href: '/', text: '回到首页 Back to the shop' }];

export const messagePage = ({ title, text, english, copy, actions = HOME }: Message): string =>
  layout(
    { title },
    html`<section class="card message">
<svg class="mark" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="30"/><path d="M32 18v20M32 46v.5"/></svg>
<h1>${title}</h1>
<p>${text}</p>
<p class="soft" lang="en">${english}</p>
${copy && html`<a class="copy" href="${copy}">${copy}</a>`}
<div class="actions">${actions.map(
      ({ href, text, quiet }) => html`<a class="button${quiet && ' quiet'}" href="${href}">${text}</a>`,
    )}</div>
</section>`,
  );
