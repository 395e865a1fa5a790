// A report of the judge's: sessions that the page came with, drawn once and to be read only, with the time that each call took.
import { make } from "../frame/dom.ts";
import { type Call, digest, ends, firstOf } from "../rules/digest.ts";
import { readSessions, type SessionFile } from "../rules/report.ts";
import type { Message, Session } from "../rules/session.ts";
import { printable } from "../rules/text.mjs";
import { drawMessage, nameOf, showMessage } from "./chart.ts";
import { page } from "./view.ts";

export type Recorded = Pick<SessionFile, "app" | "sessions"> & { name: string };

const placeNames: Record<Message["frame"], string> = {
  widget: "the panel",
  remote: "the navigation bar",
  window: "the calling window",
};

/**
 * Draws the sessions that the page came with: in the chart, and call by call.
 * @returns them, or undefined in a page that came without any
 */
export function drawRecorded(): Recorded | undefined {
  const text = document.getElementById("recorded")?.textContent;
  const read = text ? readSessions(text) : undefined;
  if (!read || typeof read === "string") return undefined;
  document.body.classList.add("recorded");
  const title = `Report of ${printable(read.app.name)}`;
  document.title = title;
  document.querySelector("h1")?.replaceChildren(title);
  document
    .querySelector("header p")
    ?.replaceChildren(`What ${printable(read.app.url)} said to the local HubSpot, a stand-in.`);
  const calls = read.sessions.flatMap(drawSession);
  const none = make("p", "No call was made.");
  document
    .querySelector("main")
    ?.replaceChildren(make("h2", "Calls"), ...(calls.length > 0 ? calls : [none]));
  return { ...read, name: "This report" };
}

/** Puts a session's messages into the chart, each step of the walk below its name. @returns its calls */
function drawSession(session: Session): HTMLElement[] {
  const { messages, steps = [] } = session;
  const left = [...steps];
  for (const message of messages) {
    while (left[0] && left[0].at <= message.at) drawStep(left.shift());
    drawMessage(message, true, Number.POSITIVE_INFINITY);
  }
  for (const step of left) drawStep(step);
  return digest(session).calls.map((call) => drawCall(call, session));
}

function drawStep(step: NonNullable<Session["steps"]>[number] | undefined): void {
  if (!step) return;
  const heading = make("h3", `${step.name}, in ${placeNames[step.frame]}`);
  const trouble = step.trouble ? [make("p", `Not reached: ${printable(step.trouble)}`)] : [];
  page.messages.append(make("li", heading, ...trouble));
}

function drawCall(call: Call, { steps = [] }: Session): HTMLElement {
  const { start, isInbound } = call;
  const { at, frame } = start.message;
  const number = printable((isInbound ? start.data.fromNumber : start.data.toNumber) ?? "");
  const step = steps.findLast((other) => other.at <= at)?.name;
  const where = [step, `in ${placeNames[frame]}`, new Date(at).toLocaleString()];
  return make(
    "section",
    make("h3", isInbound ? `Inbound call from ${number}` : `Outbound call to ${number}`),
    make("p", where.filter(Boolean).join(", ")),
    spans(call),
    make("ol", ...call.said.map(({ message }) => make("li", linkTo(message, at)))),
  );
}

function linkTo(message: Message, start: number): HTMLElement {
  const link = make("button", nameOf(printable(message.type)));
  link.type = "button";
  link.prepend(`+${((message.at - start) / 1000).toFixed(1)} s `);
  link.onclick = () => showMessage(message);
  return link;
}

/** How long the call rang, was talked, and was wrapped up, as parts of one bar. */
function spans(call: Call): HTMLElement {
  const start = call.start.message.at;
  const end = firstOf(call, ...ends)?.message.at;
  const completed = firstOf(call, "CALL_COMPLETED")?.message.at;
  const last = call.said.at(-1)?.message.at ?? start;
  const over = end ?? completed ?? last;
  const answered = firstOf(call, "CALL_ANSWERED")?.message.at;
  const parts: [name: string, from: number | undefined, to: number | undefined][] = [
    ["Ringing", start, answered ?? over],
    ["In call", answered, over],
    ["Wrap-up", end, completed],
  ];
  const bar = make("div");
  bar.className = "spans";
  for (const [name, from, to] of parts) {
    if (from === undefined || to === undefined || to < from) continue;
    const span = make("span", `${name} ${((to - from) / 1000).toFixed(1)} s`);
    span.style.flexGrow = String(to - from);
    bar.append(span);
  }
  return bar;
}
