// What a page's address asks for: `?order=any`, `?from=` and `?to=` fill in fields, `?outcomes=` adds outcomes, `?debug` writes to the console.
import { dispositions, fieldsOf, parse } from "../call/messages.ts";
import { element } from "./dom.ts";

const asked: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  new URLSearchParams(location.search),
);
export const { debug, from, order, to } = asked;

/** Offers the outcomes of a call: HubSpot's own, and those that the address adds, as `?outcomes={"GUID":"Name"}`. */
export function offerOutcomes(): void {
  const all = { ...dispositions, ...fieldsOf(parse(asked.outcomes)) };
  for (const [guid, name] of Object.entries(all))
    if (typeof name === "string") element("outcome").append(new Option(name, guid));
}
