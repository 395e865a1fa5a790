// The Calls page's filter: what its address says, and which calls pass.
import { expect, test } from "@playwright/test";
import { type CallFilter, callsHash, filterIn, passes } from "../../src/hubspot/call-filter.ts";
import type { Engagement } from "../../src/hubspot/engagements.ts";

const connected = "f240bbac-87c9-4f6e-bf70-924b57d47db7";

test("the address holds the filter, and one that is no address of the page holds none", () => {
  for (const filter of [
    { direction: "", outcome: "" },
    { direction: "INBOUND", outcome: "none" },
    { direction: "OUTBOUND", outcome: "an outcome & more" },
  ] as const)
    expect(filterIn(callsHash(filter))).toEqual(filter);
  expect(callsHash({ direction: "", outcome: "" })).toBe("#/calls");
  expect(filterIn("#/calls?direction=SIDEWAYS&more=1")).toEqual({ direction: "", outcome: "" });
  for (const other of ["", "#/record/0-1/37621684101", "#/calls/1", "#/callsign", undefined, 7])
    expect(filterIn(other)).toBe(undefined);
});

test("calls pass by their direction and their outcome", () => {
  const call = (properties: Engagement["properties"]): Engagement => ({
    engagementId: 1,
    externalCallId: "",
    createdAt: 0,
    recordIds: [],
    status: "completed",
    properties,
  });
  const inbound = call({ hs_call_direction: "INBOUND" });
  const outbound = call({ hs_call_direction: "OUTBOUND", hs_call_disposition: connected });
  const nameless = call({});
  const passing = (filter: CallFilter) =>
    [inbound, outbound, nameless].filter((each) => passes(each, filter));
  expect(passing({ direction: "", outcome: "" })).toEqual([inbound, outbound, nameless]);
  expect(passing({ direction: "INBOUND", outcome: "" })).toEqual([inbound]);
  // As the entry shows it.
  expect(passing({ direction: "OUTBOUND", outcome: "" })).toEqual([outbound, nameless]);
  expect(passing({ direction: "", outcome: connected })).toEqual([outbound]);
  expect(passing({ direction: "", outcome: "none" })).toEqual([inbound, nameless]);
  expect(passing({ direction: "INBOUND", outcome: connected })).toEqual([]);
});
