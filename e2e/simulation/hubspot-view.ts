// In the place of all that the local HubSpot draws, and of its server: keeps what would be shown.

import type { CallFilter } from "../../src/hubspot/call-filter.ts";
import type { LocalHubSpot } from "../../src/hubspot/console.ts";
import type { Shown } from "../../src/hubspot/view.ts";
import type { Message, Session } from "../../src/rules/session.ts";
import type { SeenHubSpot } from "./seen.ts";

declare const simulated: { hubspot?: SeenHubSpot; hear: (message: Message) => void };

const hangUp: { onclick?: () => void } = {};
const control = () => ({ selectedIndex: 0, open: false, hidden: false, value: "" });

/** The elements that the page itself looks at or listens to. */
export const page = {
  ...{ app: control(), number: control(), callMenu: control() },
  ...{
    panel: control(),
    callForm: {},
    ticks: {},
    faults: {},
    openWindow: {},
    letThemCall: {},
    reset: {},
    copyInstall: {},
  },
  ...{ start: {}, next: {}, leave: {}, records: {}, minimize: {}, close: {}, reopen: {} },
  ...{ toggle: {}, hangUp, clear: {}, copyInstall: {}, callIndex: {}, callFilter: {} },
  ...{ helpDesk: {}, findNumbers: {} },
};

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
export function becomeWindow(): void {}
export function makeMovable(): void {}
export function makeDismissable(): void {}

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

/** Its server has no settings of other apps, and what it is told of calls nobody asks for. */
export const appsAtLoad: unknown = [];
export function onServer(): void {}
export function tellServer(): void {}
export function tellRecords(): void {}
export function forgetOnServer(): void {}
export const isServed = false;
export const findRecording = async () => ({ problem: "There is no server." });
export const channelNumbers = findRecording;
