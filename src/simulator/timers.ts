export type Task = () => void | Promise<void>;

interface Timer {
  due: number;
  /** Timers of the same time run in the order in which they were added. */
  order: number;
  task: Task | undefined;
}

const isBefore = (a: Timer, b: Timer): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order);

/** Tasks by the time at which they are due: a binary heap. */
export class Timers {
  #heap: Timer[] = [];
  #count = 0;

  /** The time of the first task. */
  get first(): number | undefined {
    return this.#top()?.due;
  }

  /** Adds a task. Returns a function that cancels it. */
  add(due: number, task: Task): () => void {
    const timer: Timer = { due, order: this.#count++, task };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return () => {
      timer.task = undefined;
    };
  }

  /** Takes the first task, if it is due at this time. */
  takeDue(until: number): { due: number; task: Task } | undefined {
    const top = this.#top();
    if (!top || top.due > until) return undefined;
    this.#removeTop();
    return { due: top.due, task: top.task as Task };
  }

  /** Moves every task by this many milliseconds. Their order stays. */
  shift(duration: number): void {
    for (const timer of this.#heap) timer.due += duration;
  }

  clear(): void {
    this.#heap = [];
  }

  #top(): Timer | undefined {
    while (this.#heap[0] && !this.#heap[0].task) this.#removeTop();
    return this.#heap[0];
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(start: number): void {
    const heap = this.#heap;
    for (let at = start; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at] as Timer, heap[parent] as Timer)) return;
      [heap[at], heap[parent]] = [heap[parent] as Timer, heap[at] as Timer];
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        const timer = heap[child];
        if (timer && isBefore(timer, heap[first] as Timer)) first = child;
      }
      if (first === at) return;
      [heap[at], heap[first]] = [heap[first] as Timer, heap[at] as Timer];
      at = first;
    }
  }
}
