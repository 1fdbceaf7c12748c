import { createStore, useStore } from '../api/store.js';

interface Notice {
  id: number;
  kind: 'done' | 'failed';
  text: string;
}

const notices = createStore<readonly Notice[]>([]);
const SHOWN_MS = 5000;
let count = 0;

/** Shows a text for a while. Screen readers read it aloud. */
export function notify(text: string, kind: Notice['kind'] = 'done'): void {
  const notice = { id: ++count, kind, text };
  notices.set([...notices.get().slice(-2), notice]);
  setTimeout(() => notices.set(notices.get().filter((each) => each !== notice)), SHOWN_MS);
}

/** Does something, and says why it failed if it does. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    notify((error as Error).message, 'failed');
    return false;
  }
}

export function Notices() {
  const shown = useStore(notices);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, kind, text }) => (
        <p key={id} class={`notice ${kind}`}>
          {text}
        </p>
      ))}
    </div>
  );
}
