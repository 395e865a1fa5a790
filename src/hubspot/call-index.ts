// The Calls page, HubSpot's call index: all calls, newest first, also those on no record's timeline, with a filter.
import { isWithheld, undialable } from "../call/number.ts";
import { element, make, write } from "../frame/dom.ts";
import { type CallFilter, passes } from "./call-filter.ts";
import { type CrmRecord, isSomebody } from "./crm.ts";
import type { Engagement } from "./engagements.ts";
import { callList, detailsOf, type Listed, outcomeName, wordsOf } from "./entry.ts";
import { outcomes } from "./outcomes.mjs";

const page = {
  direction: element("direction", HTMLSelectElement),
  outcome: element("outcome", HTMLSelectElement),
};

const drawList = callList(element("callindex"), drawRow);

/** Draws the page: those of all calls that pass the filter. `records`: all of the CRM's. */
export function renderCalls(
  calls: readonly Engagement[],
  filter: CallFilter,
  records: readonly CrmRecord[],
): void {
  renderOutcomes(calls, filter);
  page.direction.value = filter.direction;
  page.outcome.value = filter.outcome;
  const shown = calls.filter((call) => passes(call, filter));
  const all = calls.length === 1 ? "1 call" : `${calls.length} calls`;
  const part = shown.length === calls.length ? all : `${shown.length} of ${all}`;
  write("callcount", calls.length === 0 ? "No calls yet." : part);
  drawList(shown, records);
}

/** The account's outcomes, and others that a call or the address has. */
function renderOutcomes(calls: readonly Engagement[], { outcome }: CallFilter): void {
  const own = calls.map(({ properties }) => properties.hs_call_disposition ?? "");
  const all = new Set([...Object.keys(outcomes), ...own, outcome]);
  const ids = ["", ...[...all].filter((id) => id && id !== "none"), "none"];
  if (ids.join() === [...page.outcome.options].map(({ value }) => value).join()) return;
  const nameOf = (id: string) => (id === "" ? "Any" : id === "none" ? "None" : outcomeName(id));
  page.outcome.replaceChildren(...ids.map((id) => new Option(nameOf(id), id)));
}

/** The filter that its user has chosen. */
export function chosenFilter(): CallFilter {
  const direction = page.direction.value;
  return {
    direction: direction === "INBOUND" || direction === "OUTBOUND" ? direction : "",
    outcome: page.outcome.value,
  };
}

/** The number of a call that is with nobody in the CRM; undefined where there is none to be kept. */
function unknownNumber(call: Listed): string | undefined {
  const { number } = wordsOf(call);
  const isKnown = call.records.some(isSomebody);
  return isKnown || isWithheld(number) || undialable(number) ? undefined : number;
}

/** The engagement of the call whose “Create contact” was clicked; undefined for any other click. */
export function wantedContact(target: EventTarget | null): number | undefined {
  return target instanceof HTMLButtonElement && target.name === "create"
    ? Number(target.value)
    : undefined;
}

/** A call that is not completed says so: in HubSpot it stands on no timeline. */
const states: Record<Engagement["status"], string> = {
  on: "On now",
  over: "Not completed by the app",
  completed: "",
};

function drawRow(call: Listed, before: HTMLElement | undefined): HTMLElement {
  const { number, when, direction, outcome, duration } = wordsOf(call);
  const somebody = call.records.find(isSomebody);
  const others = call.records.filter((record) => record !== somebody).map(({ name }) => name);
  const known = isWithheld(number) ? "" : number;
  const who = somebody?.name ?? (known ? "Unknown number" : "Withheld number");
  const state = make("strong", states[call.status]);
  state.dataset.status = call.status;
  const facts = [direction, known, outcome, duration, ...others].filter(Boolean).join(" · ");
  const row = make(
    "details",
    make("summary", make("strong", who), make("time", when), make("span", facts), state),
  );
  // Most are never opened.
  const fill = () => {
    const entry = make("div", ...detailsOf(call));
    entry.className = "entry";
    row.append(entry);
    if (unknownNumber(call) === undefined) return;
    const create = make("button", "Create contact");
    create.type = "button";
    create.name = "create";
    create.value = String(call.engagementId);
    entry.append(create);
  };
  row.open = before?.querySelector("details")?.open ?? false;
  if (row.open) fill();
  else row.addEventListener("toggle", fill, { once: true });
  return make("li", row);
}
