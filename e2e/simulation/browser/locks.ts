// Web Locks of one origin in one partition: exclusive and shared, asked for and queried, and let go of when their page goes.
import type { Owner } from "./clock.ts";

type Mode = "exclusive" | "shared";
type Options = { mode?: Mode; ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal };
type Granted = { name: string; mode: Mode } | null;
type Callback = (lock: Granted) => unknown;

type Request = {
  owner: Owner;
  name: string;
  mode: Mode;
  grant: (lock: Granted) => void;
  fail: (error: unknown) => void;
};

/** How words get from a page to the browser's main process, and back: later, and in their order. */
export type Ways = {
  toBrowser: (from: Owner, arrive: () => void) => void;
  toPage: (to: Owner, arrive: () => void) => void;
};

export class Locks {
  #held: Request[] = [];
  #waiting: Request[] = [];
  readonly #ways: Ways;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /** `navigator.locks` as a page sees it. As in Firefox, a frame in another site's page can ask for locks, but not which are held. */
  of(owner: Owner, isBlocked: () => boolean, isElsewhere: () => boolean) {
    const denied = () => new DOMException("Locks are denied.", "SecurityError");
    return {
      request: (name: string, ...rest: [Callback] | [Options, Callback]): Promise<unknown> => {
        const [options, callback] = rest.length === 1 ? [{}, rest[0]] : rest;
        if (isBlocked()) return Promise.reject(denied());
        return this.#request(owner, name, options, callback);
      },
      query: (): Promise<{ held: object[]; pending: object[] }> => {
        if (isBlocked() || isElsewhere()) return Promise.reject(denied());
        return new Promise((resolve) => {
          this.#ways.toBrowser(owner, () => {
            const told = (requests: Request[]) =>
              requests.map(({ name, mode, owner: { name: clientId } }) => ({
                name,
                mode,
                clientId,
              }));
            const answer = { held: told(this.#held), pending: told(this.#waiting) };
            this.#ways.toPage(owner, () => resolve(answer));
          });
        });
      },
    };
  }

  /** The page goes into the back/forward cache: as in WebKit, it loses what it has and what it waits for. */
  abort(owner: Owner): void {
    for (const request of [...this.#held, ...this.#waiting])
      if (request.owner === owner)
        request.fail(new DOMException("The page has gone.", "AbortError"));
    this.release(owner);
  }

  /** The page has gone. */
  release(owner: Owner): void {
    this.#ways.toBrowser(owner, () => {
      this.#held = this.#held.filter((held) => held.owner !== owner);
      this.#waiting = this.#waiting.filter((waiting) => waiting.owner !== owner);
      this.#advance();
    });
  }

  /** The names of the pages that hold the lock. */
  holders(name: string): string[] {
    return this.#held.filter((held) => held.name === name).map(({ owner }) => owner.name);
  }

  get names(): string[] {
    return [...new Set(this.#held.map(({ name }) => name))];
  }

  #request(owner: Owner, name: string, options: Options, callback: Callback): Promise<unknown> {
    const { mode = "exclusive", ifAvailable, steal, signal } = options;
    return new Promise((resolve, reject) => {
      const request: Request = {
        owner,
        name,
        mode,
        fail: reject,
        grant: (lock) => {
          this.#ways.toPage(owner, () => {
            // The lock lasts as long as what the callback gives.
            const done = (async () => callback(lock))();
            done.then(resolve, reject);
            const letGo = () => this.#ways.toBrowser(owner, free);
            done.then(letGo, letGo);
          });
        },
      };
      const free = () => {
        this.#held = this.#held.filter((held) => held !== request);
        this.#advance();
      };
      signal?.addEventListener("abort", () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== request);
        if (!this.#held.includes(request)) reject(signal.reason);
      });
      this.#ways.toBrowser(owner, () => {
        if (!owner.isAlive || signal?.aborted) return;
        if (steal) {
          for (const held of this.#held)
            if (held.name === name) held.fail(new DOMException("Stolen.", "AbortError"));
          this.#held = this.#held.filter((held) => held.name !== name);
          this.#waiting.unshift(request);
        } else if (ifAvailable && !this.#isFree(request, this.#waiting)) {
          request.grant(null);
          return;
        } else this.#waiting.push(request);
        this.#advance();
      });
    });
  }

  #isFree({ name, mode }: Request, before: Request[]): boolean {
    const inTheWay = [...this.#held, ...before].filter((other) => other.name === name);
    return inTheWay.length === 0 || (mode === "shared" && inTheWay.every((o) => o.mode === mode));
  }

  /** Grants what can be, in the order in which it was asked for. */
  #advance(): void {
    const before: Request[] = [];
    for (const request of this.#waiting) {
      if (this.#isFree(request, before)) {
        this.#held.push(request);
        request.grant({ name: request.name, mode: request.mode });
      } else before.push(request);
    }
    this.#waiting = before;
  }
}
