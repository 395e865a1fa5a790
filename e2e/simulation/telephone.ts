// The user's telephone, as the app hears of it: it tells of calls in one of the app's frames, also of those that are over.
import type { Outcome } from "../../src/call/holder.ts";
import type { Page } from "./browser/page.ts";
import { helpDeskNumber } from "./places.ts";
import type { Place } from "./schedule.ts";
import { shownIn } from "./seen.ts";
import type { World } from "./world.ts";

/** What a telephone told the app, and what became of it. */
export type Told = {
  tells: "ring" | "answer" | "end" | "late";
  /** The call's. */
  id: string;
  page: Page;
  outcome?: Outcome;
};

export class Telephone {
  readonly told: Told[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Tells the app something, in the frame there, if it is ready. */
  tell(at: Place, tells: Told["tells"]): void {
    const world = this.#world;
    const page = world.frame(at)?.page;
    const { widget, dispatch } = shownIn(page);
    if (!page || !dispatch || widget?.state.host.status !== "ready") return;
    // A panel is for apps without inbound calls.
    if (tells === "ring" && world.setup.layout === "panel") return;
    const { call } = widget.state;
    const current = call.status === "idle" ? undefined : call.externalCallId;
    const id =
      tells === "ring"
        ? `ring${this.told.length}`
        : tells === "late"
          ? this.#over().find((over) => over !== current)
          : current;
    if (id === undefined) return;
    world.tell(`${at}: the telephone tells of call ${id.slice(0, 6)}: ${tells} (${call.status})`);
    const numbers = { fromNumber: "+44 20 7946 0001", toNumber: helpDeskNumber };
    const told: Told = { tells, id, page };
    this.told.push(told);
    const event =
      tells === "ring"
        ? ({ type: "incomingcall", id, ...numbers } as const)
        : ({ type: tells === "answer" ? "answercall" : "endcall", id } as const);
    world.browser.clock.run(page, () => {
      dispatch(event, (outcome) => {
        told.outcome = outcome;
      });
    });
  }

  /** The calls that HubSpot heard the end of. */
  #over(): string[] {
    return this.#world.heard.flatMap(({ pages }) =>
      pages.flat().flatMap(({ type, data }) => {
        const { externalCallId } = Object(data);
        return type === "CALL_ENDED" && typeof externalCallId === "string" ? externalCallId : [];
      }),
    );
  }
}
