// The app's own server, for an app that makes its engagements itself: by HubSpot's API it makes one for each call, and writes to it later, whatever the app's frames do.
import { idFor } from "../../src/hubspot/engagement.mjs";
import type { Engagement } from "../../src/hubspot/engagements.ts";
import type { News } from "../../src/hubspot/server.ts";
import type { Message } from "../../src/rules/session.ts";
import type { Owner } from "./browser/clock.ts";
import type { Page } from "./browser/page.ts";
import type { World } from "./world.ts";

type Listener = { page: Page; hear: (news: News) => void };

export class AppServer {
  /** The engagements as they are now, by the app's ids of their calls. */
  readonly made = new Map<string, Engagement>();
  readonly #listeners: Listener[] = [];
  /** How each call began, by the app's id of it. */
  readonly #begun = new Map<string, Record<string, string>>();
  readonly #machine: Owner = { name: "the app's server", isAlive: true, isFrozen: false };
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** A page of HubSpot's wants the news of the API; first it hears what there is. */
  listen(page: Page, hear: Listener["hear"]): void {
    const listener = { page, hear };
    this.#listeners.push(listener);
    for (const engagement of this.made.values()) this.#tell(listener, engagement);
  }

  /** What the app says to HubSpot, its server knows as well: of a call that begins, ends or is completed it writes within 3 s. */
  follow({ type, data }: Message): void {
    const said = Object(data);
    const { externalCallId: id } = said;
    if (typeof id !== "string") return;
    const isStart = type === "OUTGOING_CALL_STARTED" || type === "INCOMING_CALL";
    const isNews = isStart || /^CALL_(ENDED|COMPLETED)$/.test(type);
    // Each tab says that a call starts.
    if (!isNews || isStart === this.#begun.has(id)) return;
    const { clock, chance } = this.#world.browser;
    if (isStart)
      this.#begun.set(id, {
        hs_timestamp: String(said.callStartTime),
        hs_call_direction: type === "INCOMING_CALL" ? "INBOUND" : "OUTBOUND",
      });
    clock.after(50 + chance.next("the app's server") * 3000, this.#machine, () => this.#write(id));
  }

  /** Makes the engagement, or changes it: `renewal`, a property of the app's own, counts how often. */
  #write(id: string): void {
    const world = this.#world;
    const before = this.made.get(id);
    const renewal = String(Number(before?.properties.renewal ?? 0) + 1);
    world.tell(
      `The app's server ${before ? "writes to" : "makes"} the engagement of call ${id.slice(0, 4)}`,
    );
    const engagement: Engagement = before
      ? { ...before, properties: { ...before.properties, renewal } }
      : {
          engagementId: idFor(`the app's own, of ${id}`),
          externalCallId: "",
          createdAt: world.browser.clock.now,
          recordIds: [],
          status: "completed",
          properties: {
            ...this.#begun.get(id),
            hs_call_external_id: id,
            renewal,
          },
        };
    this.made.set(id, engagement);
    for (const listener of this.#listeners) this.#tell(listener, engagement);
  }

  #tell({ page, hear }: Listener, engagement: Engagement): void {
    const { clock } = this.#world.browser;
    clock.after(10, page, () => hear({ type: "engagement", engagement }));
  }
}
