// The values in messages: what counts as given, as text, as a number, and how a finding shows them.
import { type Fields, isFields } from "../call/messages.ts";

export const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "";
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
export const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && value !== 0;
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
/** Not String() alone, which throws for objects that only look as if they had a text. */
export const plain = (value: unknown): string => (typeof value === "object" ? "" : String(value));
/** A value as it stands in a finding. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `“${value.slice(0, 60)}”`;
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "a list" : "an object";
  return value === undefined ? "missing" : String(value);
}

export const typesWrong = (data: Fields, types: Record<string, "boolean" | "object">): string => {
  const wrong = Object.entries(types).find(([name, type]) => {
    const value = data[name];
    const isRight = type === "object" ? isFields(value) : typeof value === type;
    return value !== undefined && value !== null && !isRight;
  });
  return wrong ? `${wrong[0]} is ${shown(data[wrong[0]])}, not ${wrong[1]}.` : "";
};

export const isMilliseconds = (value: unknown) => /^\d{12,14}$/.test(plain(value));
export const isHttps = (value: unknown) =>
  typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "https:";
