import { say } from '../text/language.js';
import { Button } from './button.js';
import { notify } from './notices.js';

/** Copies a text. Browsers have the clipboard only on https and on this machine; elsewhere a selection is copied. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  notify(say('Copied', '已复制'));
}

/** A button that copies a text. */
export const Copy = ({ text, name }: { text: string; name: string }) => (
  <Button kind="quiet" label={say(`Copy ${name}`, `复制 ${name}`)} onPress={() => copy(text)}>
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
    </svg>
  </Button>
);
