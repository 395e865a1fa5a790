// Everything on the page: draws the state, and tells of clicks and edits. But for the list of messages, nothing else writes to the page.
import { next } from "./call/call.ts";
import { type Button, expected, press } from "./call/events.ts";
import { endStatuses, inWords, toJson } from "./call/messages.ts";
import { shown } from "./call/number.ts";
import {
  askedBy,
  duration,
  engagementOf,
  type Form,
  type Host,
  isWaiting,
  otherNumber,
  type State,
} from "./call/state.ts";
import { offerOutcomes } from "./frame/address.ts";
import { clock, copy, element, list, write } from "./frame/dom.ts";
import { copyLog } from "./frame/log.ts";
import { calleeOf, minutes, recordWords, renderLink } from "./frame/words.ts";

/** HubSpot sends SYNC for 30 s, then shows the app as failed. */
const handshakeLimit = 30_000;

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
// What stands in the page, with the ids that the call knows.
const controls = document.querySelectorAll<Control & { id: keyof Form }>("label [id]");

const buttons = document.querySelectorAll<HTMLButtonElement & { id: Button }>(
  "form button:not([type])",
);

offerOutcomes();
for (const name of endStatuses) element("endStatus").append(new Option(inWords(name), name));

/** Tells what the user does. */
export function listen(
  click: (button: Button) => void,
  edit: (field: keyof Form, value: string) => void,
): void {
  // A form is submitted when the browser finds its fields to be in order.
  document.onsubmit = (event) => {
    event.preventDefault();
    for (const button of buttons) if (button === event.submitter) click(button.id);
  };
  // The focus moves on with the call: a key held down must not rush through it.
  document.onkeydown = (event) => {
    if (event.repeat && event.key === "Enter" && document.activeElement?.matches("button"))
      event.preventDefault();
  };
  for (const control of controls)
    control.oninput = () =>
      edit(control.id, isBox(control) && !control.checked ? "" : control.value);
  element("export").onclick = copyLog;
}

let refused: State["notice"];

const isBox = (control: Control): control is HTMLInputElement => control.type === "checkbox";

/**
 * Draws the whole state, as it is at `at` (ms since 1970); may be called at any time.
 * @param isKept whether the browser's storage keeps it
 */
export function render(state: State, at: number, isKept: boolean): void {
  const { host, call, form, notice, waiting, isLoggedIn, isAvailable } = state;
  const isIdle = call.status === "idle";

  write("host", hostWords(host, at) + (isKept ? "" : ", storage blocked or full"));
  element("host").dataset.kind = isKept && host.status === "ready" ? "done" : "trouble";
  document.body.hidden = false;
  element("outside").hidden = host.status !== "outside";
  element("card").hidden = host.status !== "ready";

  element("card").dataset.status = call.status;
  write("status", statusWords(state, at));
  write("timer", isIdle ? "" : minutes(duration(call, at)));
  write("callee", calleeOf(call));
  write("about", aboutWords(state));
  list("waiting", [
    ...waiting.map((asked) => `Asked for: ${asked.number || "no number"} · ${recordWords(asked)}`),
    ...state.missed.map(
      (missed) =>
        `Missed call: ${shown(otherNumber(missed))} · ${clock(missed.startedAt).slice(0, 5)}`,
    ),
  ]);
  const callers = (!isIdle && call.callers) || [];
  list(
    "record",
    callers.map(({ name }) => name),
    (name, index) => new Option(name, `${index}`),
  );
  element("navigation").hidden = !callers.length && !form.anyOrder;

  write("notice", notice?.words ?? "");
  element("notice").dataset.kind = notice?.kind;

  write("sync", toJson({ ...host, ...(!isIdle && engagementOf(call)) }));
  renderLink(state);
  element("before").hidden = !isIdle && !form.anyOrder;
  element("during").hidden = isIdle && !form.anyOrder;
  element("unsaved").hidden = call.status !== "unsaved";
  element("copy").onclick = () => copy(form.notes);
  element("outcomes").inert = call.status === "completed";
  const comesNext = expected(state);
  for (const control of controls) {
    const field: keyof Form = control.id;
    if (isBox(control)) control.checked = form[field] !== "";
    else if (control.value !== form[field]) control.value = form[field];
    const isRefused = notice?.field === field;
    control.classList.toggle("expected", field === comesNext);
    control.setCustomValidity(isRefused ? notice.words : "");
    // Each refusal asks for attention once: the browser goes to the field, and says why.
    if (isRefused && notice !== refused) control.reportValidity();
  }
  refused = notice;

  // Each of these is half of a switch.
  element("login").ariaPressed = `${isLoggedIn}`;
  element("logout").ariaPressed = `${!isLoggedIn}`;
  element("useravailable").ariaPressed = `${isAvailable}`;
  element("userunavailable").ariaPressed = `${!isAvailable}`;
  for (const button of buttons) {
    const { ignored, state: after } = next(state, { ...press(state, button.id, ""), at });
    // A click that is refused says why.
    button.disabled = !!ignored && after.notice === notice;
    button.classList.toggle("expected", button.id === comesNext && !button.disabled);
  }
  // What is disabled or hidden loses the focus, and with it a keyboard user's place.
  if (document.activeElement?.matches(":disabled, [hidden] *"))
    (document.querySelector<HTMLElement>(".expected") ?? element("notes")).focus();
}

function hostWords(host: Host, at: number): string {
  if (host.status === "outside") return "Outside HubSpot";
  if (host.status === "ready") return "Connected to HubSpot";
  return at - host.since < handshakeLimit ? "Connecting to HubSpot…" : "No answer from HubSpot.";
}

const callWords = {
  ringing: "Ringing",
  answered: "In call",
  ended: "Call ended",
  completed: "Saving to HubSpot…",
  unsaved: "Not saved",
};

function statusWords({ host, holder, isLoggedIn, isAvailable, call }: State, at: number): string {
  if (!holder)
    return host.status === "ready" && host.usesCallingWindow
      ? "Calling window closed"
      : "HubSpot closed";
  if (isWaiting(call, at)) return "Waiting for the engagement…";
  if (call.status === "ringing" && call.direction === "INBOUND") return "Incoming call";
  if (call.status !== "idle") return callWords[call.status];
  return isAvailable ? "Available" : isLoggedIn ? "Ready to call" : "Logged out";
}

function aboutWords({ holder, isLoggedIn, call }: State): string {
  if (call.status === "idle") {
    if (!isLoggedIn) return holder ? "Log in to call." : "";
    if (!call.dial) return "Click Call in HubSpot, or enter a number.";
    return call.dial.number ? recordWords(call.dial) : "HubSpot sent no number.";
  }
  const asked = askedBy(call);
  const who = asked
    ? recordWords(asked)
    : call.callers?.length === 0
      ? "No record has this number"
      : inWords(call.direction);
  return `${who} · From ${shown(call.fromNumber)} to ${call.toNumber}`;
}
