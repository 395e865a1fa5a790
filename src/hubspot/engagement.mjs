// What the local HubSpot's page and its server both know of a call's engagement: its shape, and how it gets its id.

/** @typedef {import("./engagements.ts").Engagement} Engagement */

/**
 * [guess] That HubSpot makes one engagement of one externalCallId, however many frames ask for it. The id follows
 * from it, so that tabs which ask at the same time get the same without asking each other.
 * @param {string} externalCallId
 */
export function idFor(externalCallId) {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const char of externalCallId)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return 61_200_000_000 + (hash >>> 0);
}

/** [guess] HubSpot's longest text of a property, in characters. */
export const longestProperty = 65_536;

/** From the start of a call to its place on the timeline: an engagement never goes back. */
const statuses = ["on", "over", "completed"];

/** The status that is further on. @param {Engagement["status"]} a @param {Engagement["status"]} b */
export const further = (a, b) => (statuses.indexOf(a) < statuses.indexOf(b) ? b : a);

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks what comes from outside, or out of storage. @param {unknown} value @returns {value is Engagement} */
export const isEngagement = (value) =>
  isObject(value) &&
  typeof value.engagementId === "number" &&
  typeof value.externalCallId === "string" &&
  typeof value.createdAt === "number" &&
  // The range of dates.
  Math.abs(value.createdAt) <= 8.64e15 &&
  Array.isArray(value.recordIds) &&
  value.recordIds.every((id) => typeof id === "number") &&
  typeof value.status === "string" &&
  statuses.includes(value.status) &&
  isObject(value.properties) &&
  Object.values(value.properties).every((property) => typeof property === "string") &&
  (value.transcript === undefined ||
    (Array.isArray(value.transcript) && value.transcript.every(isUtterance)));

/** @param {unknown} value @returns {value is import("./engagements.ts").Utterance} */
export const isUtterance = (value) =>
  isObject(value) &&
  isObject(value.speaker) &&
  typeof value.speaker.id === "string" &&
  typeof value.speaker.name === "string" &&
  ["string", "undefined"].includes(typeof value.speaker.email) &&
  typeof value.text === "string" &&
  Number.isFinite(value.startTimeMillis) &&
  Number.isFinite(value.endTimeMillis) &&
  ["string", "undefined"].includes(typeof value.languageCode);
