// Everything on the page: draws the state, lists the messages, and tells of clicks and edits. Nothing else writes to the page.
import {
  askedBy,
  type Button,
  buttons,
  type Call,
  duration,
  type Edit,
  expected,
  type Host,
  next,
  type State,
} from "./call.ts";
import { clock, element, elements, make, payloadOf, toJson } from "./dom.ts";
import { isLoopback } from "./guard.ts";
import { type DialRequest, dispositions, endStatuses } from "./messages.ts";

/** The elements that are only written to. */
const page = elements(
  "host",
  "outside",
  "install",
  "copyinstall",
  "card",
  "status",
  "timer",
  "callee",
  "about",
  "waiting",
  "notice",
  "dial",
  "log",
  "export",
);
const outcomes = element("outcomes", HTMLFieldSetElement);
const endStatus = element("endStatus", HTMLSelectElement);
const keepOpen = element("keepOpen", HTMLInputElement);
/** Why a field was refused; it is moved to below the field. */
const why = make("p");
why.id = "why";
why.role = "alert";

const clickable = buttons.map((id) => ({ id, button: element(id, HTMLButtonElement) }));

const texts = (
  [
    "toNumber",
    "fromNumber",
    "notes",
    "title",
    "width",
    "height",
    "errorMessage",
    "outcome",
    "endStatus",
  ] as const
).map((field) => ({
  field,
  control: element<Control>(field, HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement),
}));
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const choices = (id: string, names: Record<string, string>) => {
  const options = Object.entries(names).map(([value, name]) => new Option(name, value));
  element(id, HTMLSelectElement).append(...options);
};
choices("outcome", dispositions);
choices("endStatus", Object.fromEntries(endStatuses.map((name) => [name, inWords(name)])));

/** How to get into HubSpot from here, for a widget that is served from `here`. */
const ways = waysIn(new URL(location.href));
element("localhubspot", HTMLAnchorElement).href = ways.localHubSpot;
page.install.textContent = ways.install;

/** What the user does. */
export type Listeners = {
  click: (button: Button) => void;
  edit: (edit: Edit) => void;
  choose: (request: DialRequest) => void;
};

let listeners: Listeners;

export function listen(to: Listeners): void {
  listeners = to;
  for (const { id, button } of clickable) {
    button.onclick = () => to.click(id);
    // The focus moves on with the call: a key held down must not rush through it.
    button.onkeydown = (event) => {
      if (event.repeat && event.key === "Enter") event.preventDefault();
    };
  }
  for (const { field, control } of texts) {
    control.oninput = () => to.edit({ type: "edit", field, value: control.value });
  }
  keepOpen.onchange = () => to.edit({ type: "edit", field: "keepOpen", value: keepOpen.checked });
  page.copyinstall.onclick = async () => {
    getSelection()?.selectAllChildren(page.install);
    page.copyinstall.textContent = await navigator.clipboard.writeText(ways.install).then(
      () => "Copied",
      () => "Press Ctrl+C to copy",
    );
  };
  page.export.onclick = exportLog;
}

let shownRefusal: State["refused"];

/** Draws the whole state, as it is at `at` (ms since 1970); may be called at any time. */
export function render(state: State, at: number): void {
  const { call, form, refused, notice } = state;
  const idle = call.status === "idle";

  write(page.host, hostWords[state.host.status]);
  page.host.dataset.status = state.host.status;
  const isOutside = state.host.status === "outside";
  page.outside.hidden = !isOutside;
  page.card.hidden = isOutside;

  page.card.dataset.status = call.status;
  write(page.status, statusWords(state));
  const since = call.status === "ringing" ? at - call.startedAt : duration(call, at);
  write(page.timer, idle ? "" : minutes(since));
  write(page.callee, idle ? (call.dial?.number ?? "") : call.toNumber);
  write(page.about, aboutWords(state));
  renderWaiting(state);

  write(page.notice, notice?.text ?? "");
  page.notice.dataset.kind = notice?.kind;

  page.dial.hidden = !idle;
  outcomes.hidden = idle;
  outcomes.disabled = call.status === "completed";
  endStatus.disabled = "endedAt" in call;
  for (const { field, control } of texts) {
    if (control.value !== form[field]) control.value = form[field];
    const isRefused = refused?.field === field;
    control.setCustomValidity(isRefused ? refused.why : "");
    control.ariaInvalid = String(isRefused);
    control.setAttribute("aria-describedby", isRefused ? "why" : "");
    // Each refusal asks for attention once.
    if (isRefused && refused !== shownRefusal) {
      control.closest(".grid")?.append(why);
      control.focus();
    }
  }
  shownRefusal = refused;
  write(why, refused?.why ?? "");
  keepOpen.checked = form.keepOpen;

  const { activeElement } = document;
  for (const { id, button } of clickable) {
    button.disabled = next(state, { type: id, at, uuid: "" }).ignored !== undefined;
    button.classList.toggle("expected", id === expected(state) && !button.disabled);
    if (id === "discard") button.hidden = button.disabled;
  }
  // A disabled button loses the focus, and with it a keyboard user's place.
  if (activeElement instanceof HTMLButtonElement && activeElement.disabled) {
    document.querySelector<HTMLElement>(".expected")?.focus();
  }
}

/** Only when it differs, so that a screen reader hears no news twice. */
function write(into: HTMLElement, words: string): void {
  if (into.textContent !== words) into.textContent = words;
}

let drawn: State["waiting"] = [];

function renderWaiting({ call, waiting }: State): void {
  if (waiting !== drawn) {
    drawn = waiting;
    page.waiting.replaceChildren(
      ...waiting.map((request) => {
        const choose = make("button", "Call next");
        choose.type = "button";
        choose.onclick = () => listeners.choose(request);
        const item = make("li", `${numberWords(request)} · ${calleeWords(request)}`, choose);
        item.className = "row";
        return item;
      }),
    );
  }
  // While a call is on, the next one can only be looked at.
  for (const button of page.waiting.querySelectorAll("button"))
    button.hidden = call.status !== "idle";
}

const numberWords = ({ number }: DialRequest) => number || "No number";

const hostWords: Record<Host["status"], string> = {
  outside: "Outside HubSpot",
  connecting: "Connecting to HubSpot…",
  silent:
    "HubSpot has not answered for 30 s. Reload the page, and see that the widget’s URL is the one HubSpot was given.",
  ready: "Connected to HubSpot",
};

const callWords: Record<Call["status"], string> = {
  idle: "Ready to call",
  ringing: "Ringing",
  answered: "In call",
  ended: "Call ended",
  completing: "Waiting for HubSpot’s engagement…",
  completed: "Saving to HubSpot…",
  unsaved: "Not saved",
};

function statusWords({ host, isLoggedIn, call }: State): string {
  if (host.status !== "ready") return "Not connected";
  return isLoggedIn || call.status !== "idle" ? callWords[call.status] : "Logged out";
}

function aboutWords({ host, isLoggedIn, call }: State): string {
  if (call.status === "idle") {
    if (host.status !== "ready") return "The buttons wait for HubSpot.";
    if (!isLoggedIn) return "Log in to make calls.";
    if (!call.dial) return "Click Call in HubSpot, or enter a number here.";
    return call.dial.number
      ? `${calleeWords(call.dial)} · asked for by HubSpot`
      : "HubSpot sent no number. Enter one.";
  }
  const asked = askedBy(call);
  const who = asked ? `${calleeWords(asked)} · ` : "";
  return `${who}Outbound from ${call.fromNumber} · Engagement ${call.engagement}`;
}

/** HubSpot names its callee by type and id only. */
function calleeWords({ callee }: DialRequest): string {
  if (!callee) return "Unknown record";
  const kinds: Record<string, string> = { "0-1": "Contact", "0-2": "Company" };
  return `${kinds[callee.objectTypeId] ?? `Record ${callee.objectTypeId}`} ${callee.id}`;
}

/** NO_ANSWER → No answer */
function inWords(name: string): string {
  const words = name.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** ms → 1:02:03, without the hours in the first hour */
function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((n) =>
    String(n).padStart(2, "0"),
  );
  const hours = Math.floor(seconds / 3600);
  return [...(hours ? [hours] : []), ...parts].join(":");
}

function waysIn({ href, origin, hostname, port }: URL): { localHubSpot: string; install: string } {
  const own = JSON.stringify({ isReady: true, name: "My calling app", url: href });
  const [key, value] =
    origin === "https://localhost:9025"
      ? ["installDemoWidget", "local"]
      : ["CallingExtensions", own.replaceAll("'", "%27")];
  return {
    localHubSpot: isLoopback(hostname)
      ? `https://hubspot.localhost:${port}/`
      : new URL("hubspot.html", href).href,
    install: `localStorage.setItem('LocalSettings:Calling:${key}', '${value}')`,
  };
}

/** A message that went over the wire. `ignored` says why one of HubSpot's changed nothing. */
export type Message = {
  from: "app" | "hubspot";
  type: string;
  data: unknown;
  ignored?: string | undefined;
};

const kept: (Message & { at: number })[] = [];
const mostKept = 500;
const mostShown = 100;

/** Lists a message, the newest on top, and keeps it for the export. */
export function log(message: Message): void {
  const at = Date.now();
  kept.push({ at, ...message });
  if (kept.length > mostKept) kept.shift();
  const [arrow, spoken] = message.from === "app" ? ["→", "to HubSpot"] : ["←", "from HubSpot"];
  const direction = make("span", arrow);
  direction.role = "img";
  direction.ariaLabel = spoken;
  const note = message.ignored ? [make("small", `Changed nothing: ${message.ignored}`)] : [];
  const [type, time] = [make("code", message.type.slice(0, 100)), make("time", clock(at))];
  const row = payloadOf(message.data, direction, type, time, ...note);
  row.dataset.from = message.from;
  page.log.prepend(make("li", row));
  if (page.log.childElementCount > mostShown) page.log.lastElementChild?.remove();
}

function exportLog(): void {
  const file = new Blob([`[${kept.map(toJson).join(",\n")}]\n`], { type: "application/json" });
  const link = make("a");
  link.href = URL.createObjectURL(file);
  link.download = `calling-messages-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
