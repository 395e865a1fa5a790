// The local HubSpot: plays HubSpot's side of calling, by clicks and by the console's window.hubspot.
import type { Fields } from "../messages.ts";
import { type App, demoKey, installedApps } from "./apps.ts";
import { Calling } from "./calling.ts";
import { clearChart, drawMessage } from "./chart.ts";
import { type CrmRecord, calleeOf, Engagements, type Phone, records } from "./crm.ts";
import type { Message } from "./frame.ts";
import {
  hashOf,
  makeDismissable,
  makeMovable,
  page,
  renderFrame,
  renderPanel,
  renderRecord,
  renderTimeline,
  showAlert,
} from "./view.ts";

/** The console's way to do what a person does by clicking. */
export type LocalHubSpot = {
  /**
   * Asks the chosen app to dial, as the Call button does; any field of the payload can be overridden.
   * @returns the payload that was sent, or undefined when the user was alerted instead
   */
  dial: (fields?: Fields) => Promise<Fields | undefined>;
  /** Sends the app any message. Throws when no app is connected. */
  send: (type: string, data?: unknown) => void;
  /** Everything that went over the wire since the page was loaded, oldest first. */
  messages: readonly Message[];
  /** The completed calls, newest first. */
  timeline: readonly { engagementId: number; recordId: number; properties: Fields }[];
  /** Forgets the calls and the messages, and closes the app. */
  reset: () => void;
};

declare global {
  interface Window {
    hubspot: LocalHubSpot;
    trustedTypes?: { createPolicy: (name: string, rules: object) => unknown };
  }
}

// The SDK's host half empties the element that its iframe goes into by innerHTML; nothing else may use that.
window.trustedTypes?.createPolicy("default", {
  createHTML: (html: string) => (html === "" ? html : null),
});

const engagements = new Engagements();
const messages: Message[] = [];
const { apps, problems, isDefault } = installedApps(readKey, new URL(location.href));

const calling = new Calling({
  selector: "#frame",
  engagements,
  viewed,
  heard: (message) => {
    messages.push(message);
    drawMessage(message);
  },
  alert: showAlert,
  changed: render,
});

/** Storage that is blocked holds no settings. */
function readKey(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function viewed(): CrmRecord {
  const fallback = records[0];
  const found = records.find((record) => hashOf(record) === location.hash) ?? fallback;
  if (!found) throw new Error("The CRM has no records");
  return found;
}

function render(): void {
  renderTimeline(engagements.timeline(viewed().objectId));
  renderPanel(calling.panel);
}

function chosen(): { app: App; callee: CrmRecord; phone: Phone | undefined } {
  const app = apps[page.app.selectedIndex];
  if (!app) throw new Error("No calling app is chosen");
  const callee = calleeOf(viewed());
  return { app, callee, phone: callee.phones[page.number.selectedIndex] };
}

function dial(fields?: Fields): Promise<Fields | undefined> {
  const { app, callee, phone } = chosen();
  return calling.dial(app, callee, phone, fields);
}

const mayLeave = () =>
  !calling.isCallOn ||
  confirm("A call is on. Leaving takes the calling app away in mid-call. Leave?");

function reset(): void {
  calling.close();
  engagements.reset();
  messages.length = 0;
  clearChart();
  page.alerts.replaceChildren();
  render();
}

page.callForm.onsubmit = (event) => {
  event.preventDefault();
  page.callMenu.open = false;
  dial();
  page.panel.scrollIntoView({ block: "nearest" });
  page.panel.querySelector("iframe")?.focus();
};
page.reset.onclick = () => {
  if (mayLeave()) reset();
};
// HubSpot warns before its user leaves during a call.
page.records.onclick = (event) => {
  if (!mayLeave()) event.preventDefault();
};
addEventListener("beforeunload", (event) => {
  if (calling.isCallOn) event.preventDefault();
});
page.minimize.onclick = () => {
  const { panel } = calling;
  if (panel.status !== "closed") {
    calling.show({ isMinimized: !panel.isMinimized, isHidden: false });
  }
};
page.close.onclick = () => calling.show({ isMinimized: false, isHidden: true });
page.reopen.onclick = () => calling.show({ isMinimized: false, isHidden: false });
page.clear.onclick = clearChart;
addEventListener("hashchange", () => {
  // The panel is part of the record's page, and goes away with it.
  calling.close();
  renderRecord(viewed());
});
makeMovable();
makeDismissable();

window.hubspot = {
  dial,
  send: (type, data) => calling.send(type, data),
  messages,
  get timeline() {
    return engagements
      .timeline()
      .map(({ engagementId, recordId, properties }) => ({ engagementId, recordId, properties }));
  },
  reset,
};

renderFrame(
  problems,
  apps,
  isDefault
    ? `In HubSpot, this app is offered once localStorage has ${demoKey} set to “local”.`
    : "",
);
renderRecord(viewed());
render();
