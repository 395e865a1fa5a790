// What pages and frames listen to.

type Listener = (event: SimulatedEvent) => unknown;
type Listening = { listener: Listener; isCapturing: boolean; isOnce: boolean };

/** An event as page code sees it, with what more it carries. */
export type SimulatedEvent = {
  type: string;
  stopImmediatePropagation: () => void;
  preventDefault: () => void;
  [more: string]: unknown;
};

/** Takes listeners, and calls them: the capturing ones first, then `on...`, then the others. */
export class EventTarget {
  readonly #listening = new Map<string, Listening[]>();

  readonly addEventListener = (
    type: string,
    listener: Listener,
    options?: boolean | { capture?: boolean; once?: boolean },
  ): void => {
    const { capture = false, once = false } =
      typeof options === "object" ? options : { capture: options === true };
    const all = this.#listening.get(type) ?? [];
    this.#listening.set(type, [...all, { listener, isCapturing: capture, isOnce: once }]);
  };

  readonly removeEventListener = (type: string, listener: Listener): void => {
    const all = this.#listening.get(type) ?? [];
    this.#listening.set(
      type,
      all.filter((listening) => listening.listener !== listener),
    );
  };

  /** @param on the object that may have an `on...` of the type */
  emit(type: string, more: object = {}, on: object = this): void {
    let isStopped = false;
    const event: SimulatedEvent = {
      type,
      target: on,
      ...more,
      stopImmediatePropagation: () => {
        isStopped = true;
      },
      preventDefault: () => {},
    };
    const all = this.#listening.get(type) ?? [];
    const own: unknown = Reflect.get(on, `on${type}`);
    const handler =
      typeof own === "function"
        ? [{ listener: (e: SimulatedEvent) => own.call(on, e), isCapturing: false, isOnce: false }]
        : [];
    const inOrder = [
      ...all.filter(({ isCapturing }) => isCapturing),
      ...handler,
      ...all.filter(({ isCapturing }) => !isCapturing),
    ];
    for (const { listener, isOnce } of inOrder) {
      if (isStopped) return;
      if (isOnce) this.removeEventListener(type, listener);
      listener(event);
    }
  }
}
