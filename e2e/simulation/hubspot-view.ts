// In the place of all that the local HubSpot draws: keeps what would be shown.

import type { CallFilter } from "../../src/hubspot/call-filter.ts";
import type { LocalHubSpot } from "../../src/hubspot/console.ts";
import type { Shown } from "../../src/hubspot/view.ts";
import type { Message, Session } from "../../src/rules/session.ts";
import type { SeenHubSpot } from "./seen.ts";

declare const simulated: { hubspot?: SeenHubSpot; hear: (message: Message) => void };

type Control = { selectedIndex: number; open: boolean; hidden: boolean; value: string };
const hangUp: Partial<Control> & { onclick?: () => void } = {};
const controls: Record<string, Partial<Control>> = { hangUp };

/** The elements that the page itself looks at or listens to: each is made when it is first asked for. */
export const page = new Proxy(controls, {
  get(made, name: string) {
    made[name] ??= { selectedIndex: 0, open: false, hidden: false, value: "" };
    return made[name];
  },
});

const seen: SeenHubSpot = {
  messages: [],
  panel: { status: "closed" },
  isCallOn: false,
  alerts: [],
  get hubspot(): LocalHubSpot {
    return window.hubspot;
  },
  hangUp: () => hangUp.onclick?.(),
};
simulated.hubspot = seen;

const isWindow = location.pathname.startsWith("/calling-integration-popup-ui/");

export function render({ panel, isCallOn }: Shown): void {
  Object.assign(seen, { panel, isCallOn });
}

export function showAlert(text: string): void {
  seen.alerts.push(text);
}

export const tickOf = () => null;
export function dismissAlerts(): void {}
export function showPanel(): void {}
export function moveFocus(): void {}
export function focusCall(): void {}
export function becomeWindow(): void {}
export function makeMovable(): void {}
export function makeDismissable(): void {}

export const hintKey = "";
export function renderHint(): void {}
export function makeDismissableHint(): void {}
export function drawMessage(): void {}
export function clearChart(): void {}
export function makeSender(): void {}

export class Conformance {
  readonly session: Session = { messages: seen.messages };
  opened(): void {}
  reset(): void {}

  /** A tab hears the calling window's messages, too: those are not between it and its app. */
  heard(message: Message): void {
    if (isWindow !== (message.frame === "window")) return;
    seen.messages.push(message);
    simulated.hear(message);
  }

  async replay(): Promise<number> {
    return 0;
  }
}

export const chosenFilter = (): CallFilter => ({ direction: "", outcome: "" });
export const wantedContact = () => undefined;
export const clickedChannel = () => undefined;
export function makeRecordForms(): void {}
