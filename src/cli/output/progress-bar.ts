import type { Writable } from 'node:stream';

export interface Bar {
  show(done: number, doing: string): void;
  /** A line of its own, above the bar. */
  line(text: string): void;
  end(): void;
}

const WIDTH = 30;

/** One line that is drawn over again; on a stream that is no terminal, only the lines that say something. */
export function progressBar(out: Writable & { isTTY?: boolean }, total?: number): Bar {
  let shown = '';
  const draw = (text: string): void => {
    if (!out.isTTY) return;
    out.write(`\r\u001b[K${text}`);
    shown = text;
  };
  return {
    show(done, doing) {
      draw(total ? `${blocks(done / total)} ${done}/${total} ${doing}` : `${done} ${doing}`);
    },
    line(text) {
      const bar = shown;
      draw('');
      out.write(`${text}\n`);
      draw(bar);
    },
    end() {
      if (shown) draw('');
    },
  };
}

function blocks(part: number): string {
  const filled = Math.round(Math.min(1, part) * WIDTH);
  return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}]`;
}
