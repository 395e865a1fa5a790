// IndexedDB of one origin in one partition, as much of it as the pages use: stores of values by key, transactions one after another, and what is committed stays.
import type { Clock, Owner } from "./clock.ts";
import type { Trouble } from "./storage.ts";

/** ms that a slow disk takes to open a database */
const slowness = 1500;

type Listener = (event: { target: unknown }) => void;
type Store = { keyPath: string | null; values: Map<IDBValidKey, unknown> };
type Database = { version: number; stores: Map<string, Store>; queue: Transaction[] };

class Target {
  readonly #listeners = new Map<string, Set<Listener>>();

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  protected emit(type: string, more: object = {}): void {
    const event = { type, target: this, ...more };
    const own: unknown = Reflect.get(this, `on${type}`);
    if (typeof own === "function") own.call(this, event);
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

class Request extends Target {
  result: unknown;
  error: unknown = null;
  onsuccess: unknown = null;
  onerror: unknown = null;
  onupgradeneeded: unknown = null;
  onblocked: unknown = null;
  transaction: Transaction | null = null;

  settle(type: string, result: unknown, error: unknown = null): void {
    this.result = result;
    this.error = error;
    this.emit(type);
  }
}

class Transaction extends Target {
  oncomplete: unknown = null;
  onabort: unknown = null;
  onerror: unknown = null;
  error: unknown = null;
  readonly db: Connection;
  readonly mode: string;
  /** What it has written, to be seen by all once it is committed. */
  readonly #changed = new Map<Store, Map<IDBValidKey, unknown>>();
  readonly #asked: { request: Request; work: () => unknown; isGrowing: boolean }[] = [];
  #isStarted = false;
  /** The page has asked for the commit: from here on it is the browser's own. */
  #isLast = false;
  #isOver = false;

  constructor(db: Connection, mode: string) {
    super();
    this.db = db;
    this.mode = mode;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it goes on when its page has gone. */
  get isLast(): boolean {
    return this.#isLast;
  }

  objectStore(name: string) {
    const store = this.db.database.stores.get(name);
    if (!store) throw new DOMException(`There is no store ${name}.`, "NotFoundError");
    const written = () => {
      if (this.mode === "readonly") throw new DOMException("Only for reading.", "ReadOnlyError");
      const changed = this.#changed.get(store) ?? new Map(store.values);
      this.#changed.set(store, changed);
      return changed;
    };
    const read = () => this.#changed.get(store) ?? store.values;
    return {
      transaction: this,
      put: (value: unknown, key?: IDBValidKey) => {
        const copy = structuredClone(value);
        const path = store.keyPath;
        const own = path === null ? key : Object(copy)[path];
        if (own === undefined) throw new DOMException("No key.", "DataError");
        return this.#ask(() => {
          written().set(own, copy);
          return own;
        }, true);
      },
      get: (key: IDBValidKey) => this.#ask(() => structuredClone(read().get(key))),
      getAll: () => this.#ask(() => structuredClone([...read().values()])),
      getAllKeys: () => this.#ask(() => [...read().keys()]),
      count: () => this.#ask(() => read().size),
      delete: (key: IDBValidKey) =>
        this.#ask(() => {
          written().delete(key);
        }),
      clear: () => this.#ask(() => written().clear()),
    };
  }

  /** Nothing more is asked. (It is committed by itself, too, when nothing is, by a page that is still there.) */
  commit(): void {
    this.#isLast = true;
    if (this.#isStarted) this.#finish();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.db.later(0, () => this.emit("abort"));
    this.db.leave(this);
  }

  /** It is its turn. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    if (this.#isLast) this.#finish();
    else this.db.later(this.db.delay(), () => this.#advance());
  }

  #ask(work: () => unknown, isGrowing = false): Request {
    if (this.#isOver)
      throw new DOMException("The transaction is over.", "TransactionInactiveError");
    const request = new Request();
    request.transaction = this;
    this.#asked.push({ request, work, isGrowing });
    return request;
  }

  #advance(): void {
    if (this.#isOver) return;
    const first = this.#asked.shift();
    if (first) {
      const { request, work, isGrowing } = first;
      if (this.db.isFull() && isGrowing) {
        this.error = new DOMException("The quota has been exceeded.", "QuotaExceededError");
        request.settle("error", undefined, this.error);
        this.abort();
        return;
      }
      request.settle("success", work());
      // What the page asks when it hears of it belongs to this transaction still.
      this.db.later(this.db.delay(), () => this.#advance());
      return;
    }
    this.#isOver = true;
    this.#write();
  }

  /** What was asked, without waiting for the page. */
  #finish(): void {
    if (this.#isOver) return;
    for (const { request, work, isGrowing } of this.#asked.splice(0)) {
      if (this.db.isFull() && isGrowing) {
        this.error = new DOMException("The quota has been exceeded.", "QuotaExceededError");
        this.db.later(0, () => request.settle("error", undefined, this.error));
        this.abort();
        return;
      }
      const result = work();
      this.db.later(this.db.delay(), () => request.settle("success", result));
    }
    this.#isOver = true;
    this.#write();
  }

  #write(): void {
    this.db.commit(() => {
      for (const [store, values] of this.#changed) store.values = values;
      this.db.leave(this);
      this.db.later(this.db.delay(), () => this.emit("complete"));
    });
  }
}

class Connection extends Target {
  onversionchange: unknown = null;
  onclose: unknown = null;
  readonly database: Database;
  readonly #owner: Owner;
  readonly later: (delay: number, run: () => void) => void;
  readonly commit: (done: () => void) => void;
  readonly delay: () => number;
  readonly isFull: () => boolean;

  constructor(
    owner: Owner,
    database: Database,
    later: (delay: number, run: () => void) => void,
    commit: (done: () => void) => void,
    delay: () => number,
    isFull: () => boolean,
  ) {
    super();
    this.#owner = owner;
    this.database = database;
    this.later = later;
    this.commit = commit;
    this.delay = delay;
    this.isFull = isFull;
  }

  isOf(owner: Owner): boolean {
    return this.#owner === owner;
  }

  get objectStoreNames() {
    const names = [...this.database.stores.keys()];
    return Object.assign(names, { contains: (name: string) => names.includes(name) });
  }

  createObjectStore(name: string, { keyPath = null }: { keyPath?: string | null } = {}) {
    this.database.stores.set(name, { keyPath, values: new Map() });
  }

  transaction(_stores: string | string[], mode = "readonly", _options = {}): Transaction {
    const transaction = new Transaction(this, mode);
    this.database.queue.push(transaction);
    this.database.queue[0]?.start();
    return transaction;
  }

  leave(transaction: Transaction): void {
    const { queue } = this.database;
    const at = queue.indexOf(transaction);
    if (at >= 0) queue.splice(at, 1);
    queue[0]?.start();
  }

  close(): void {}
}

export class Databases {
  readonly #databases = new Map<string, Database>();
  /** Which run of the browser it is. */
  #run = 0;
  readonly #open = new Map<Owner, Set<Database>>();
  readonly #clock: Clock;
  readonly #machine: Owner;
  readonly #delay: (owner: Owner) => number;
  /** ms from a commit until it is on disk */
  readonly #commitDelay: (owner: Owner) => number;

  constructor(
    clock: Clock,
    machine: Owner,
    delay: (owner: Owner) => number,
    commitDelay: (owner: Owner) => number,
  ) {
    this.#clock = clock;
    this.#machine = machine;
    this.#delay = delay;
    this.#commitDelay = commitDelay;
  }

  /** `indexedDB` as a page sees it. */
  of(owner: Owner, trouble: () => Trouble) {
    const later = (delay: number, run: () => void) => void this.#clock.after(delay, owner, run);
    const delay = () => this.#delay(owner);
    return {
      open: (name: string, version = 1): Request => {
        if (trouble() === "blocked")
          throw new DOMException("The operation is insecure.", "SecurityError");
        const request = new Request();
        later(trouble() === "slow" ? slowness : delay(), () => {
          const database = this.#database(name);
          this.#open.set(owner, (this.#open.get(owner) ?? new Set()).add(database));
          const db = new Connection(
            owner,
            database,
            later,
            // The commit is the browser's own: it goes on when the page has gone.
            (done) => this.#commit(owner, done),
            delay,
            () => trouble() === "full",
          );
          request.result = db;
          if (database.version < version) {
            database.version = version;
            request.settle("upgradeneeded", db);
          }
          later(delay(), () => request.settle("success", db));
        });
        return request;
      },
      deleteDatabase: (name: string): Request => {
        const request = new Request();
        later(delay(), () => {
          this.#databases.delete(name);
          request.settle("success", undefined);
        });
        return request;
      },
    };
  }

  /** The page has gone: what it had not asked to commit is not done. */
  release(owner: Owner): void {
    for (const { queue } of this.#open.get(owner) ?? [])
      for (const transaction of queue.filter(
        ({ db, isOver, isLast }) => !isOver && !isLast && db.isOf(owner),
      ))
        transaction.abort();
    this.#open.delete(owner);
  }

  /** The browser is killed: what is being committed is lost. */
  kill(): void {
    this.#run++;
    for (const { queue } of this.#databases.values()) queue.length = 0;
  }

  #commit(owner: Owner, done: () => void): void {
    const run = this.#run;
    this.#clock.after(this.#commitDelay(owner), this.#machine, () => run === this.#run && done());
  }

  /** All that is committed, for whoever judges. */
  get values(): unknown[] {
    return [...this.#databases.values()].flatMap(({ stores }) =>
      [...stores.values()].flatMap(({ values }) => [...values.values()]),
    );
  }

  #database(name: string): Database {
    const known = this.#databases.get(name);
    if (known) return known;
    const made: Database = { version: 0, stores: new Map(), queue: [] };
    this.#databases.set(name, made);
    return made;
  }
}
