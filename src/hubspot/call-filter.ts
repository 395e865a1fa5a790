// Which calls the Calls page shows: its filter, which its address holds, so that a reload and “Back” keep it. Pure.
import type { Engagement } from "./engagements.ts";

/** Empty: any. */
export type CallFilter = {
  direction: "" | "INBOUND" | "OUTBOUND";
  /** An outcome's GUID, or `none`. */
  outcome: string;
};

const path = "#/calls";

/** The Calls page's address, within that of the local HubSpot. */
export function callsHash({ direction, outcome }: CallFilter): string {
  const query = new URLSearchParams({
    ...(direction && { direction }),
    ...(outcome && { outcome }),
  });
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The filter in an address; undefined when it is not the Calls page's. */
export function filterIn(hash: unknown): CallFilter | undefined {
  if (typeof hash !== "string" || (hash !== path && !hash.startsWith(`${path}?`))) return undefined;
  const query = new URLSearchParams(hash.slice(path.length));
  const direction = query.get("direction");
  return {
    direction: direction === "INBOUND" || direction === "OUTBOUND" ? direction : "",
    outcome: query.get("outcome") ?? "",
  };
}

export function passes({ properties }: Engagement, { direction, outcome }: CallFilter): boolean {
  const { hs_call_direction: ofCall = "OUTBOUND", hs_call_disposition: had = "" } = properties;
  return (
    (direction === "" || direction === (ofCall === "INBOUND" ? "INBOUND" : "OUTBOUND")) &&
    (outcome === "" || (had || "none") === outcome)
  );
}
