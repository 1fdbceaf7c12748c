const OPENING_TAG = /<head(?:\s[^>]*)?>/i;
const BEFORE_HEAD = /^(?:\s|<!--[\s\S]*?-->|<!doctype[^>]*>|<html(?:\s[^>]*)?>)*/i;
const JWEIXIN = /(?:https?:)?\/\/res2?\.wx\.qq\.com\/open\/js\/jweixin-[\w.-]+\.js/g;

/**
 * Inserts a script into a page as its first one, and replaces the address of WeChat's JS-SDK
 * by the simulator's. The other bytes stay as they are, in whatever charset.
 *
 * @param nonce the nonce of the page's Content-Security-Policy
 */
export function injectScript(page: Buffer, src: string, nonce?: string): Buffer {
  const attribute = nonce ? ` nonce="${nonce}"` : '';
  const tag = `<script src="${src}"${attribute}></script>`;
  const text = page.toString('latin1').replace(JWEIXIN, '/__wechat/jweixin.js');
  const head = OPENING_TAG.exec(text);
  const at = head ? head.index + head[0].length : (BEFORE_HEAD.exec(text)?.[0].length ?? 0);
  return Buffer.from(text.slice(0, at) + tag + text.slice(at), 'latin1');
}
