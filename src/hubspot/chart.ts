// The message chart: two lanes, HubSpot and the app, one arrow a message.
import { clock, make, payloadOf } from "../dom.ts";
import type { Message } from "./frame.ts";
import { page } from "./view.ts";

const mostShown = 300;

/** The SYNC last drawn, while nothing else has followed it. */
let sync: { name: HTMLElement; times: number } | undefined;

/** Draws a message below the others. SYNC is repeated until it is answered: that is counted on its first arrow. */
export function drawMessage({ at, from, type, data }: Message): void {
  if (type === "SYNC" && sync) {
    sync.times += 1;
    sync.name.dataset.times = ` × ${sync.times}`;
    return;
  }
  const name = make("code", type.slice(0, 100));
  const spoken = make("span", from === "app" ? "App to HubSpot: " : "HubSpot to app: ");
  spoken.className = "spoken";
  const row = payloadOf(data, spoken, name, make("time", clock(at)));
  row.dataset.from = from;
  page.messages.append(make("li", row));
  if (page.messages.childElementCount > mostShown) page.messages.firstElementChild?.remove();
  page.messages.scrollTop = page.messages.scrollHeight;
  page.silence.hidden = true;
  sync = type === "SYNC" ? { name, times: 1 } : undefined;
}

export function clearChart(): void {
  page.messages.replaceChildren();
  page.silence.hidden = false;
  sync = undefined;
}
