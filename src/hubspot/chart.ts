// The message chart: two lanes, HubSpot and the app, one arrow a message.
import { clock, make, payloadOf } from "../frame/dom.ts";
import type { Message } from "../rules/session.ts";
import { page } from "./view.ts";

const mostShown = 300;

/** Where each message is drawn. */
const rows = new WeakMap<Message, HTMLDetailsElement>();

/** A message's name, which breaks at its underscores where there is little room. */
export const nameOf = (type: string): HTMLElement =>
  make("code", ...type.split(/(?<=_)/).flatMap((part) => [part, make("wbr")]));

/** The row of the frame's last message; none above the heading that a report's step has. */
function lastRow(frame: string): HTMLDetailsElement | undefined {
  for (let item = page.messages.lastElementChild; item; item = item.previousElementSibling) {
    const row = item.querySelector("details");
    if (!row || row.dataset.place === frame) return row ?? undefined;
  }
  return undefined;
}

/**
 * Draws a message below the others, and a line above it where the app was loaded anew. SYNC is repeated until it is answered: that is counted on its first arrow.
 * @param isOurs whether it is of this page's own frame: where it was said is written beside the others
 * @param most how many are shown at most: earlier ones make room
 */
export function drawMessage(message: Message, isOurs: boolean, most = mostShown): void {
  const { at, frame, load, from, type, data, note } = message;
  const earlier = lastRow(frame);
  const isNew = earlier !== undefined && earlier.dataset.load !== load;
  const last = page.messages.lastElementChild?.querySelector("details");
  if (last && type === "SYNC" && last.dataset.syncTo === frame && !isNew) {
    rows.set(message, last);
    last.dataset.times = String(Number(last.dataset.times) + 1);
    const counted = last.querySelector("code");
    if (counted) counted.dataset.times = ` × ${last.dataset.times}`;
    return;
  }
  const name = nameOf(type.slice(0, 100));
  const spoken = make("span", from === "app" ? "App to HubSpot: " : "HubSpot to app: ");
  spoken.className = "spoken";
  if (!isOurs) name.dataset.frame = ` · ${frame}`;
  const row = payloadOf(data, spoken, name, make("time", clock(at)));
  Object.assign(row.dataset, { from, place: frame, load });
  if (type === "SYNC") {
    row.dataset.syncTo = frame;
    row.dataset.times = "1";
  }
  rows.set(message, row);
  const item = make("li", row);
  if (isNew) {
    item.className = "anew";
    item.prepend(make("small", "Loaded anew"));
  }
  if (note) item.append(make("p", note));
  page.messages.append(item);
  if (page.messages.childElementCount > most) page.messages.firstElementChild?.remove();
  // Later, for all that come together: it makes the browser lay out the page.
  requestAnimationFrame(() => {
    page.messages.scrollTop = page.messages.scrollHeight;
  });
  page.silence.hidden = true;
}

/** Whether the message is still in the chart. */
export const isDrawn = (message: Message): boolean => rows.get(message)?.isConnected === true;

/** Scrolls to a message, opens its payload, and puts the focus on it. */
export function showMessage(message: Message): void {
  const row = rows.get(message);
  if (!row) return;
  row.open = true;
  row.scrollIntoView({ block: "nearest" });
  row.querySelector("summary")?.focus();
}

export function clearChart(): void {
  page.messages.replaceChildren();
  page.silence.hidden = false;
}
