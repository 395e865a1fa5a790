// Virtual time: tasks run one by one in the order of their times, each with all of its microtasks, and nobody waits.

/** Whom tasks belong to. Those of a dead one are dropped, those of a frozen one wait until it is thawed. */
export type Owner = { readonly name: string; isAlive: boolean; isFrozen: boolean };

export type Task = { at: number; order: number; owner: Owner; run: () => void; isOff: boolean };

export class Clock {
  /** ms since 1970 */
  now: number;
  /** Tasks run so far: what a simulation costs. */
  ran = 0;
  readonly #heap: Task[] = [];
  readonly #held = new Map<Owner, Task[]>();
  readonly #failed: (owner: Owner, error: unknown) => void;
  #order = 0;

  /** @param failed hears what a task throws */
  constructor(now: number, failed: (owner: Owner, error: unknown) => void) {
    this.now = now;
    this.#failed = failed;
  }

  /** @param delay ms */
  after(delay: number, owner: Owner, run: () => void): Task {
    const at = this.now + Math.max(0, delay);
    const task = { at, order: this.#order++, owner, run, isOff: false };
    this.#push(task);
    return task;
  }

  /** Lets tasks run that waited while their owner was frozen, in their order. */
  thaw(owner: Owner): void {
    owner.isFrozen = false;
    const held = this.#held.get(owner) ?? [];
    this.#held.delete(owner);
    for (const task of held) this.after(0, owner, () => task.isOff || task.run());
  }

  /** Runs all that is due within `ms`, and what comes of it. */
  pass(ms: number): Promise<void> {
    const until = this.now + ms;
    return new Promise((resolve) => {
      const next = () => {
        if (this.#runNext(until)) {
          // Node.js runs all microtasks before an immediate: those of the task come before the next one.
          setImmediate(next);
          return;
        }
        this.now = until;
        resolve();
      };
      // What was done before, from outside, has its microtasks first.
      setImmediate(next);
    });
  }

  /** Runs the next task that is due by then, if there is one. */
  #runNext(until: number): boolean {
    for (let task = this.#heap[0]; task && task.at <= until; task = this.#heap[0]) {
      this.#pop();
      this.now = Math.max(this.now, task.at);
      const { owner } = task;
      if (task.isOff || !owner.isAlive) continue;
      if (owner.isFrozen) {
        const held = this.#held.get(owner);
        if (held) held.push(task);
        else this.#held.set(owner, [task]);
        continue;
      }
      this.ran++;
      this.run(owner, task.run);
      return true;
    }
    return false;
  }

  /** Runs a page's code at once. */
  run(owner: Owner, code: () => void): void {
    try {
      code();
    } catch (error) {
      this.#failed(owner, error);
    }
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || isBefore(parent, task)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      let child = heap[below];
      const right = heap[below + 1];
      if (child && right && isBefore(right, child)) {
        child = right;
        below++;
      }
      if (!child || isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Task, b: Task) => a.at < b.at || (a.at === b.at && a.order < b.order);
