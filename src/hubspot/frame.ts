// The frame that a calling app runs in: the SDK's host half, mended where HubSpot itself does more, and heard both ways.
import { IFrameManager } from "@hubspot/calling-extensions-sdk";
import { type Fields, isFields } from "../call/messages.ts";
import { isEnvelope } from "../frame/guard.ts";
import type { Message } from "../rules/session.ts";
import type { App, Place } from "./apps.ts";
import { deliveries, type On, syncs } from "./faults.ts";

export type FrameOptions = {
  app: App;
  place: Place;
  /** The element to put the iframe into. */
  selector: string;
  faults: On;
  /** What SYNC carries in addition to `hostUrl`. */
  sync: () => Fields;
  onMessage: (message: Message) => void;
  /** A page was loaded into the frame: the handshake begins anew. */
  onLoad: () => void;
  /** The handshake is done. */
  onReady: () => void;
  /** The app did not answer SYNC for 30 s. */
  onSilence: () => void;
};

export class Frame extends IFrameManager {
  readonly #options: FrameOptions;
  #load = crypto.randomUUID();
  #isLoaded = false;

  constructor(frameOptions: FrameOptions) {
    const { app, selector, onLoad, onReady, onSilence } = frameOptions;
    super({
      debugMode: false,
      iFrameOptions: {
        src: app.url,
        width: `${app.width}px`,
        height: `${app.height}px`,
        hostElementSelector: selector,
      },
      // The SDK gets only the handshake's messages from the app, so these two are its own.
      onMessageHandler: ({ type }: { type: string }) => {
        if (type === "READY") onReady();
        if (type === "SYNC_ACK_FAILED") onSilence();
      },
    });
    this.#options = frameOptions;
    if (this.iFrame) this.iFrame.title = app.name;
    this.iFrame?.addEventListener("load", onLoad);
    // Before the SDK's own listener, which sends SYNC.
    this.iFrame?.addEventListener("load", () => this.#count(), { capture: true });
  }

  /** Sends one of HubSpot's messages; dropped, with a warning of the SDK's, before the handshake. SYNC has its fields at the top level. */
  send(type: string, data?: unknown): void {
    const messageId = crypto.randomUUID();
    if (type === "SYNC") {
      this.sendMessage({ ...(isFields(data) ? data : {}), type, messageId });
      return;
    }
    for (const { data: sent, delay } of deliveries(this.#options.faults, type, data)) {
      const deliver = () => {
        if (this.isReady) this.#hear("hubspot", type, sent);
        this.sendMessage({ type, messageId, ...(sent !== undefined && { data: sent }) });
      };
      if (delay === 0) deliver();
      // The page may be gone by then.
      else setTimeout(() => this.isReady && deliver(), delay);
    }
  }

  /** Loads the app's page again, as a reload within the frame does. */
  reload(): void {
    if (this.iFrame) this.iFrame.src = String(this.iFrame.src);
  }

  /** Loads another address: the handshake begins anew, and only that address's origin is heard. */
  load(url: string): void {
    const { iFrame } = this;
    const parent = iFrame?.parentElement;
    if (!iFrame || !parent) return;
    this.isReady = false;
    this.destinationHost = new URL(url).origin;
    // Taken out and put back, it is a new window even when the address differs only in its fragment.
    iFrame.remove();
    if (this.#isLoaded) this.#load = crypto.randomUUID();
    this.#isLoaded = false;
    iFrame.src = url;
    parent.append(iFrame);
    this.destinationWindow = iFrame.contentWindow;
  }

  /** The SDK's SYNC has only `hostUrl`. */
  override sendMessage(...[message, callback]: Parameters<IFrameManager["sendMessage"]>): void {
    if (message.type !== "SYNC") {
      super.sendMessage(message, callback);
      return;
    }
    // The SDK goes on asking while another address is being loaded.
    if (!this.#isLoaded) return;
    const sent = { ...this.#options.sync(), ...message };
    const times = syncs(this.#options.faults, Date.now() - this.firstSyncSent);
    for (let time = 0; time < times; time++) {
      this.#hear("hubspot", "SYNC", withoutEnvelope(sent));
      super.sendMessage(sent, callback);
    }
  }

  /** The SDK looks at a message's origin, not at its source; takes a SYNC from anyone, and SET_WIDGET_URL for a handshake. */
  override onMessage(event: { data: unknown; origin: string; source?: unknown }): void {
    const { data, origin, source } = event;
    if (!this.iFrame || source !== this.iFrame.contentWindow || origin !== this.destinationHost)
      return;
    if (!isEnvelope(data, origin)) return;
    if (data.type !== "SYNC_ACK") {
      this.#hear("app", String(data.type), data.data);
      return;
    }
    this.#hear("app", "SYNC_ACK", withoutEnvelope(data));
    super.onMessage({ data: { ...data, iFrameUrl: origin }, origin });
  }

  /** What a page says while it loads is its own: the first page has its name from the start. (A reload is seen once it is done.) */
  #count(): void {
    if (this.#isLoaded) this.#load = crypto.randomUUID();
    this.#isLoaded = true;
  }

  /** Payloads are the people's who talk: the SDK would write each to the console. */
  override logDebugMessage(): void {}

  #hear(from: Message["from"], type: string, data: unknown): void {
    const { onMessage, place: frame } = this.#options;
    onMessage({ at: Date.now(), frame, load: this.#load, from, type, data });
  }
}

function withoutEnvelope(message: Fields): Fields {
  const { type: _, messageId: __, ...fields } = message;
  return fields;
}
