import { document, markup } from '../pages/markup.js';

const style = `
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; background: #f7f7f7; color: #1a1a1a; font: 16px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; display: grid; place-items: center }
main { max-width: 420px; padding: 32px 28px; text-align: center }
b { display: block; width: 56px; height: 56px; margin: 0 auto 18px; border-radius: 50%; background: #ffc300; color: #fff; font-size: 30px; line-height: 56px }
h1 { font-size: 20px; margin: 0 0 8px } p { margin: 0 0 10px; color: #666; font-size: 15px }
code { font: 13px/1.5 ui-monospace, monospace; color: #888; overflow-wrap: anywhere }
a { display: inline-block; margin-top: 18px; padding: 10px 36px; border-radius: 8px; background: #07c160; color: #fff; text-decoration: none; font-weight: 500 }`;

/** The shop cannot be reached. */
export const downPage = (shop: string, reason: string): string =>
  document(
    '商店没有回应 · The shop does not answer',
    style,
    markup`<main><b>!</b><h1>商店没有回应</h1><p>The shop at ${shop} does not answer. Start it and try again.</p>
<code>${reason}</code><br><a href="">重试 Try again</a></main>`,
  );

/** Nobody said where the shop is. */
export const emptyPage = (): string =>
  document(
    '还没有商店 · No shop yet',
    style,
    markup`<main><b>?</b><h1>还没有商店</h1><p>This phone shows a shop as soon as it knows its address (option <code>shop</code>).</p>
<a href="">重试 Try again</a></main>`,
  );
