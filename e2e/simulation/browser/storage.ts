// localStorage and sessionStorage: each process has a copy of its own, which hears of the others' changes a moment later.
import type { Clock, Owner } from "./clock.ts";

export type StorageEvent = { key: string | null; newValue: string | null };

/** How storage fails: "full" takes nothing that is longer than what it holds, "blocked" throws whatever is asked. */
/** "slow": a database is opened late, as by a browser that was just started on a busy machine. */
export type Trouble = "full" | "blocked" | "slow" | undefined;

type Entry = { value: string | null; order: number };

/** ms from a change until Chromium writes localStorage to disk, and between two such writes while changes go on. */
const firstFlush = 5000;
const flushPause = 60_000;

/** One origin's localStorage in one partition. */
export class Area {
  /** As the browser's main process has it. */
  readonly #truth = new Map<string, Entry>();
  readonly #copies = new Map<string, Map<string, Entry>>();
  /** As it is on disk. */
  #disk = new Map<string, Entry>();
  #flushedAt = Number.NEGATIVE_INFINITY;
  #isDirty = false;
  #order = 0;
  readonly #clock: Clock;
  readonly #machine: Owner;
  /** Carries a change to another process. */
  readonly #carry: (from: string, to: string, arrive: () => void) => void;
  /** Tells the pages in a process of another's change. */
  readonly #tell: (process: string, event: StorageEvent) => void;
  /** Whether each change is on disk at once. */
  readonly #isDurable: boolean;

  constructor(
    clock: Clock,
    machine: Owner,
    isDurable: boolean,
    carry: (from: string, to: string, arrive: () => void) => void,
    tell: (process: string, event: StorageEvent) => void,
  ) {
    this.#clock = clock;
    this.#machine = machine;
    this.#isDurable = isDurable;
    this.#carry = carry;
    this.#tell = tell;
  }

  keys(process: string): string[] {
    const keys: string[] = [];
    for (const [key, { value }] of this.#copy(process)) if (value !== null) keys.push(key);
    return keys;
  }

  get(process: string, key: string): string | null {
    return this.#copy(process).get(key)?.value ?? null;
  }

  /** @param value null to remove the key */
  set(process: string, key: string, value: string | null): void {
    const own = this.#copy(process);
    if ((own.get(key)?.value ?? null) === value) return;
    const entry = { value, order: this.#order++ };
    own.set(key, entry);
    this.#truth.set(key, entry);
    this.#soil();
    for (const [other, copy] of this.#copies) {
      if (other === process) continue;
      this.#carry(process, other, () => {
        const known = copy.get(key);
        if (known && known.order > entry.order) return;
        copy.set(key, entry);
        this.#tell(other, { key, newValue: value });
      });
    }
  }

  /** The browser is killed: what is not on disk is gone. */
  kill(): void {
    this.#copies.clear();
    this.#truth.clear();
    for (const [key, entry] of this.#disk) this.#truth.set(key, entry);
    this.#isDirty = false;
    this.#flushedAt = Number.NEGATIVE_INFINITY;
  }

  forget(process: string): void {
    this.#copies.delete(process);
  }

  /** All that is kept, for whoever judges. */
  get values(): string[] {
    return [...this.#truth.values()].flatMap(({ value }) => value ?? []);
  }

  #copy(process: string): Map<string, Entry> {
    let copy = this.#copies.get(process);
    if (!copy) {
      copy = new Map(this.#truth);
      this.#copies.set(process, copy);
    }
    return copy;
  }

  #soil(): void {
    if (this.#isDurable) {
      this.#disk = new Map(this.#truth);
      return;
    }
    if (this.#isDirty) return;
    this.#isDirty = true;
    const wait = Math.max(firstFlush, this.#flushedAt + flushPause - this.#clock.now);
    this.#clock.after(wait, this.#machine, () => {
      if (!this.#isDirty) return;
      this.#isDirty = false;
      this.#flushedAt = this.#clock.now;
      this.#disk = new Map(this.#truth);
    });
  }
}

export type Store = {
  keys(): string[];
  get(key: string): string | null;
  set(key: string, value: string | null): void;
};

/** What a page sees as `localStorage` or `sessionStorage`. */
export function storageObject(store: Store, trouble: () => Trouble): object {
  const use = <T>(what: () => T): T => {
    if (trouble() === "blocked")
      throw new DOMException("The operation is insecure.", "SecurityError");
    return what();
  };
  const setItem = (key: string, value: unknown) =>
    use(() => {
      const text = String(value);
      if (trouble() === "full" && text.length > (store.get(key)?.length ?? 0))
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      store.set(key, text);
    });
  const methods: Record<string, unknown> = {
    getItem: (key: string) => use(() => store.get(String(key))),
    setItem,
    removeItem: (key: string) => use(() => store.set(String(key), null)),
    clear: () =>
      use(() => {
        for (const key of store.keys()) store.set(key, null);
      }),
    key: (index: number) => use(() => store.keys()[index] ?? null),
  };
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (typeof key === "symbol") return undefined;
        if (key === "length") return use(() => store.keys().length);
        return methods[key] ?? use(() => store.get(key) ?? undefined);
      },
      set: (_, key, value) => {
        setItem(String(key), value);
        return true;
      },
      deleteProperty: (_, key) => {
        use(() => store.set(String(key), null));
        return true;
      },
      has: (_, key) => key in methods || use(() => store.get(String(key)) !== null),
      ownKeys: () => use(() => store.keys()),
      getOwnPropertyDescriptor: (_, key) =>
        use(() => {
          const value = store.get(String(key));
          return value === null
            ? undefined
            : { value, writable: true, enumerable: true, configurable: true };
        }),
    },
  );
}
