// A call's properties as the CRM's API takes them: what is wrong with them, and as what they are kept.

import { longestProperty } from "../../hubspot/engagement.mjs";
import { callStatuses, properties as documented } from "../../rules/properties.mjs";
import { isObject, textOf } from "../../settings/settings.mjs";

/** @typedef {import("../../settings/settings.mjs").Problem} Problem */
/** @typedef {import("../../settings/settings.mjs").Check} Check */

/** @param {readonly string[]} values @returns {Check} */
export const oneOf = (values) => (value) =>
  values.includes(textOf(value)) ? undefined : `has to be one of ${values.join(", ")}`;

/** @type {Check} */
const isDuration = (value) =>
  /^\d+(\.\d+)?$/.test(textOf(value)) ? undefined : "has to be a number of ms";

/** [guess] That HubSpot refuses what it does not document. @type {Record<string, Check>} */
const checks = {
  hs_timestamp: (value) =>
    timeOf(value) === undefined
      ? "has to be a time: ms since 1970, or an ISO date-time"
      : undefined,
  hs_call_duration: isDuration,
  hs_call_status: oneOf(callStatuses),
  hs_call_direction: oneOf(["INBOUND", "OUTBOUND"]),
  hs_call_source: oneOf(["INTEGRATIONS_PLATFORM"]),
  hs_call_disposition: (value) =>
    /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(textOf(value))
      ? undefined
      : "has to be an outcome’s GUID",
  hs_call_recording_url: (value) =>
    URL.canParse(textOf(value)) && new URL(textOf(value)).protocol === "https:"
      ? undefined
      : "has to be a full https address",
};

/** An ISO date-time's ms since 1970, or NaN. (Node.js reads a date into almost any text, and makes a 31st of February the 3rd of March.) @param {unknown} text */
export function isoTime(text) {
  const form = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
  const [whole = "", year, month, day] = form.exec(textOf(text)) ?? [];
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= days ? Date.parse(whole) : Number.NaN;
}

/** The time in ms since 1970, of which ISO date-times are read, too. @param {unknown} value */
export function timeOf(value) {
  const text = textOf(value);
  const time = /^\d+$/.test(text) ? Number(text) : isoTime(text);
  return Number.isNaN(time) || time > 8.64e15 ? undefined : time;
}

/**
 * @param {unknown} sent
 * @returns {{ problems: Problem[], properties: Record<string, string> }} every property as a text, as the CRM keeps it, a
 * time in ms
 */
export function readProperties(sent) {
  if (!isObject(sent))
    return {
      problems: [{ field: "properties", problem: "have to be a JSON object" }],
      properties: {},
    };
  // An empty text takes a property's value away.
  const entries = Object.entries(sent).map(
    ([name, value]) => /** @type {const} */ ([name, value === null ? "" : value]),
  );
  const problems = entries.flatMap(([field, value]) => {
    const problem = problemOf(field, value);
    return problem ? [{ field, problem }] : [];
  });
  const texts = entries.map(([name, value]) => [
    name,
    name === "hs_timestamp" ? String(timeOf(value)) : textOf(value),
  ]);
  return { problems, properties: problems.length > 0 ? {} : Object.fromEntries(texts) };
}

/** @param {string} name @param {unknown} value */
function problemOf(name, value) {
  if (!["string", "number", "boolean"].includes(typeof value))
    return "has to be a text, a number or a boolean";
  if (textOf(value).length > longestProperty) return `is longer than ${longestProperty} characters`;
  // [guess] HubSpot knows the custom properties of the account; here any name can be one.
  if (/^(hs_|hubspot_)/.test(name) ? !documented.includes(name) : !/^[a-z][a-z0-9_]*$/.test(name))
    return "is no property of calls";
  if (value === "" && name !== "hs_timestamp") return undefined;
  return Object.hasOwn(checks, name) ? checks[name]?.(value) : undefined;
}
