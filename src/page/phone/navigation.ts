import { request } from '../api/client.js';
import { createStore } from '../api/store.js';
import { go } from '../route.js';
import { loadOverview } from '../state.js';

/** The origin of the phone, which the simulator wrote into the page. */
export const PHONE = document.getElementById('page')?.dataset.phone ?? '';

const screenOf = (path: string): string => `${PHONE}/__wechat/screen?to=${encodeURIComponent(path)}`;

/** What the frame of the phone shows. Its count makes the same address load again. */
export const screen = createStore({ src: screenOf('/'), count: 0 });
/** The address of the page that is shown, as the page says. Pages without the bridge say nothing. */
export const shownAddress = createStore('');

/** Shows a path of the phone's own origin. */
export function showOnPhone(path: string): void {
  screen.set({ src: screenOf(path), count: screen.get().count + 1 });
  // On a narrow screen the phone is a view of its own.
  if (matchMedia('(max-width: 1023px)').matches) go('phone');
}

/** What was typed into the address bar: a path, an address, or what a QR code or an app contains. */
export async function open(typed: string): Promise<void> {
  const text = typed.trim();
  if (/^weixin:\/\//i.test(text) || text.startsWith('{'))
    return showOnPhone(`/__wechat/scan?url=${encodeURIComponent(text)}`);
  if (text === '' || text.startsWith('/')) return showOnPhone(text || '/');
  const url = new URL(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  const path = url.pathname + url.search + url.hash;
  if (url.origin !== PHONE) {
    await request('PUT', '/shop', { address: url.origin });
    await loadOverview();
  }
  showOnPhone(path);
}
