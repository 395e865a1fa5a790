// The hint to a first call, in three steps: it is there until they are done in this browser, or its user dismisses it.
import { isFields } from "../call/messages.ts";
import { element } from "../frame/dom.ts";
import { isLoopback } from "../frame/loopback.mjs";
import type { Message } from "../rules/session.ts";
import type { App } from "./apps.ts";
import { readKey, writeKey } from "./storage.ts";

const view = {
  hint: element("first-call", HTMLElement),
  steps: element("steps", HTMLOListElement),
  accept: element("accept", HTMLElement),
  address: element("app-address", HTMLAnchorElement),
  dismiss: element("dismiss-steps", HTMLButtonElement),
};

/** Set once the hint has gone for good. */
export const hintKey = "LocalHubSpot:hint";

/** What the app says when a step is done, one step after the other. */
const signs: readonly ((type: string, data: unknown) => boolean)[] = [
  (type, data) =>
    type === "LOGGED_IN" || (type === "INITIALIZED" && isFields(data) && data.isLoggedIn === true),
  (type) => type === "OUTGOING_CALL_STARTED" || type === "INCOMING_CALL",
  (type) => type === "CALL_COMPLETED",
];

/** How many of the three steps are done, by what was said. What HubSpot did nothing about does not count. */
export const stepsDone = (messages: readonly Message[]): number =>
  messages
    .filter(({ from, note }) => from === "app" && note === undefined)
    .reduce((done, { type, data }) => (signs[done]?.(type, data) ? done + 1 : done), 0);

/** Whether the browser frames the address only after its user has accepted the certificate there. */
function needsCertificate(url: string): boolean {
  const { protocol, hostname, origin } = new URL(url);
  return protocol === "https:" && isLoopback(hostname) && origin !== location.origin;
}

/** Draws the hint, and removes it for good once all is done. Automated browsers get none. */
export function renderHint(app: App, messages: readonly Message[]): void {
  if (!view.hint.isConnected) return;
  const done = stepsDone(messages);
  if (done === signs.length) writeKey(hintKey, "done");
  if (navigator.webdriver || done === signs.length || readKey(hintKey) !== null) {
    view.hint.remove();
    return;
  }
  view.hint.hidden = false;
  view.accept.hidden = !needsCertificate(app.url);
  view.address.href = view.address.textContent = app.url;
  for (const name of view.steps.querySelectorAll(".app-name")) name.textContent = app.name;
  for (const [index, step] of [...view.steps.children].entries()) {
    step.ariaCurrent = index === done ? "step" : null;
    step.classList.toggle("done", index < done);
  }
}

/** Lets its user dismiss the hint. @param next has the focus then */
export function makeDismissableHint(next: () => void): void {
  view.dismiss.onclick = () => {
    writeKey(hintKey, "dismissed");
    view.hint.remove();
    next();
  };
}
