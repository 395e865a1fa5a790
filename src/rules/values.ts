// The values in messages: what counts as given, as text, as a number, and how a finding shows them.
import { type Fields, isFields } from "../call/messages.ts";

export const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "";
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
export const isSaid = (value: unknown): boolean => value !== undefined && value !== null;
export const isGiven = (value: unknown): boolean => isSaid(value) && value !== "" && value !== 0;
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
/** Not just String(), which throws for objects that only look as if they had a text. */
export const plain = (value: unknown): string => (typeof value === "object" ? "" : String(value));

/** A value as it stands in a finding. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `“${value.slice(0, 60)}”`;
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "a list" : "an object";
  return value === undefined ? "missing" : String(value);
}

/** What is wrong with the first field that is of another type; "" when none is, null when none is said. */
export function typesWrong(
  data: Fields,
  types: Record<string, "boolean" | "object">,
): string | null {
  const said = Object.entries(types).filter(([name]) => isSaid(data[name]));
  if (said.length === 0) return null;
  const wrong = said.find(([name, type]) =>
    type === "object" ? !isFields(data[name]) : typeof data[name] !== type,
  );
  return wrong ? `${wrong[0]} is ${shown(data[wrong[0]])}, not ${wrong[1]}.` : "";
}

/** ms since 1970, of such milliseconds or a date; undefined for anything else, such as seconds. */
export function timeOf(value: unknown): number | undefined {
  if (/^\d{12,14}(\.\d+)?$/.test(plain(value))) return Number(plain(value));
  // A message can carry it, and JSON makes an ISO date of it.
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
  const isDate = typeof value === "string" && /^\d{4}-/.test(value);
  const time = isDate ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Whether HubSpot's page, which is https, can load it: browsers let http in only from the user's own machine. */
export function isLoadable(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  const isOwn = /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isOwn);
}
