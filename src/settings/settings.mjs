// HubSpot's calling settings of an app: the fields, what each can be, and where HubSpot's endpoints are. The command sends them, the local HubSpot keeps them.

/**
 * @typedef {object} AppSettings
 * @property {string} name under which HubSpot offers the app
 * @property {string} url of the app's page, https
 * @property {number} [width] of the frame, px
 * @property {number} [height] of the frame, px
 * @property {boolean} [isReady] whether it is offered to users: false while testing
 * @property {boolean} [supportsCustomObjects]
 * @property {boolean} [supportsInboundCalling]
 * @property {boolean} [usesRemote]
 * @property {boolean} [usesCallingWindow]
 */

/** What is wrong with a field, in words that go on after its name. @typedef {{ field: string, problem: string }} Problem */

/** @type {Record<keyof AppSettings, (value: unknown) => string | undefined>} */
const checks = {
  name: (value) =>
    typeof value === "string" && value.trim() !== "" ? undefined : "has to be a text",
  url: (value) =>
    typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "https:"
      ? undefined
      : "has to be a full https address",
  width: isPixels,
  height: isPixels,
  isReady: isBoolean,
  supportsCustomObjects: isBoolean,
  supportsInboundCalling: isBoolean,
  usesRemote: isBoolean,
  usesCallingWindow: isBoolean,
};

/** HubSpot takes any int32; a frame of more is a mistake. @param {unknown} value */
function isPixels(value) {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 9999
    ? undefined
    : "has to be a whole number of pixels, 1 to 9999";
}

/** @param {unknown} value */
function isBoolean(value) {
  return typeof value === "boolean" ? undefined : "has to be true or false";
}

/** Which field a command's flag sets. */
export const flags = /** @type {const} */ ({
  name: "name",
  url: "url",
  width: "width",
  height: "height",
  ready: "isReady",
  "custom-objects": "supportsCustomObjects",
  inbound: "supportsInboundCalling",
  remote: "usesRemote",
  "calling-window": "usesCallingWindow",
});

/**
 * The settings that a command's flags say.
 * @param {Record<string, unknown>} values the flags' texts, and whatever else
 * @returns {Record<string, string | number | boolean>} unchecked: a text where a field's text stands for nothing that it can be
 */
export const settingsOf = (values) =>
  Object.fromEntries(
    Object.entries(flags).flatMap(([flag, field]) => {
      const text = values[flag];
      return typeof text === "string" ? [[field, valueFor(field, text)]] : [];
    }),
  );

/** What a flag's text stands for: a number or a boolean where the field is one. @param {string} field @param {string} text */
function valueFor(field, text) {
  if (field === "width" || field === "height") return /^\d+$/.test(text) ? Number(text) : text;
  if (field === "name" || field === "url") return text;
  return text === "true" ? true : text === "false" ? false : text;
}

/** HubSpot's own, in what it answers. They cannot be set. */
export const readOnlyFields = ["createdAt", "updatedAt"];

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {Record<string, unknown>} settings
 * @param {boolean} isWhole whether nothing was there before: the name and the url are needed then
 * @returns {Problem[]} none when HubSpot takes them
 */
export function problemsOf(settings, isWhole) {
  const problems = Object.entries(settings).flatMap(([field, value]) => {
    const check = new Map(Object.entries(checks)).get(field);
    const problem = check ? check(value) : `is none of ${Object.keys(checks).join(", ")}`;
    return problem ? [{ field, problem }] : [];
  });
  const missing = isWhole ? ["name", "url"].filter((field) => !(field in settings)) : [];
  return [...problems, ...missing.map((field) => ({ field, problem: "is missing" }))];
}

/** Whether HubSpot can have an app of that number: an int32. @param {string} text */
export const isAppId = (text) => /^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 31;

/** v1 to v3 become unsupported in September 2027; the others are called by their dates. */
export const apiVersions = ["v3", "2025-09", "2026-03", "2026-09"];

/** @param {string} appId @param {string} version one of `apiVersions` */
export const settingsPath = (appId, version) =>
  version === "v3"
    ? `/crm/v3/extensions/calling/${appId}/settings`
    : `/crm/extensions/calling/${version}/${appId}/settings`;
