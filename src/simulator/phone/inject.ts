const OPENING = /<head(?:\s[^>]*)?>/i;
const BEFORE_HEAD = /^(?:\s|<!--[\s\S]*?-->|<!doctype[^>]*>|<html(?:\s[^>]*)?>)*/i;
const JWEIXIN = /(?:https?:)?\/\/res2?\.wx\.qq\.com\/open\/js\/jweixin-[\w.-]+\.js/g;

/**
 * The page with the bridge as its first script, and with the simulator's JS-SDK in the place of WeChat's. The bytes stay
 * what they were, whatever their charset.
 */
export function injectBridge(page: Buffer, nonce?: string): Buffer {
  const tag = `<script src="/__wechat/bridge.js"${nonce ? ` nonce="${nonce}"` : ''}></script>`;
  const text = page.toString('latin1').replace(JWEIXIN, '/__wechat/jweixin.js');
  const head = OPENING.exec(text);
  const at = head ? head.index + head[0].length : (BEFORE_HEAD.exec(text)?.[0].length ?? 0);
  return Buffer.from(text.slice(0, at) + tag + text.slice(at), 'latin1');
}
