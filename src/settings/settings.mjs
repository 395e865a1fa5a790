// HubSpot's settings of a calling app: the fields, what each can be, and where HubSpot's endpoints are. The command sends them, the local HubSpot keeps them.
import { isLoopback } from "../frame/loopback.mjs";
import { size, switches } from "./defaults.mjs";

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
/** @typedef {(value: unknown) => string | undefined} Check */

/**
 * Settings that have endpoints of their own.
 * @typedef {object} Family
 * @property {string} path after the app's id
 * @property {string} what they are, in words
 * @property {Readonly<Record<string, Check>>} checks of each field
 * @property {readonly string[]} needed fields that the first POST has to have
 * @property {Readonly<Record<string, unknown>>} defaults which HubSpot takes for what is not sent
 * @property {Readonly<Record<string, string>>} flags which field a flag of the command sets
 * @property {readonly string[]} actions of the command
 * @property {boolean} isDated whether answers say when they were made and changed
 */

const methods = { get: "GET", create: "POST", update: "PATCH", delete: "DELETE" };
/** The request that each of the command's actions sends. */
export const methodOf = new Map(Object.entries(methods));
/** @type {Check} */
const isText = (value) =>
  typeof value === "string" && value.trim() !== "" ? undefined : "has to be a text";

/** @type {Check} */
const isHttps = (value) =>
  typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "https:"
    ? undefined
    : "has to be a full https address";

/** What HubSpot's server asks, and not a browser: on this machine it may do without a certificate. @type {Check} */
const isEndpoint = (value) => {
  const { protocol, hostname } =
    typeof value === "string" && URL.canParse(value) ? new URL(value) : {};
  return protocol === "https:" || (protocol === "http:" && isLoopback(String(hostname)))
    ? undefined
    : "has to be a full https address (on this machine, http will do)";
};

/** HubSpot takes any int32; a frame of more is a mistake. @type {Check} */
const isPixels = (value) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 9999
    ? undefined
    : "has to be a whole number of pixels, 1 to 9999";

/** @type {Check} */
const isBoolean = (value) => (typeof value === "boolean" ? undefined : "has to be true or false");

export const families = {
  /** @type {Family} */
  app: {
    path: "settings",
    what: "calling settings",
    checks: {
      name: isText,
      url: isHttps,
      width: isPixels,
      height: isPixels,
      isReady: isBoolean,
      supportsCustomObjects: isBoolean,
      supportsInboundCalling: isBoolean,
      usesRemote: isBoolean,
      usesCallingWindow: isBoolean,
    },
    // [guess] Their specification asks for all nine; the documentation's example sends five, older ones two.
    needed: ["name", "url"],
    defaults: { ...size, isReady: true, ...switches },
    flags: {
      name: "name",
      url: "url",
      width: "width",
      height: "height",
      ready: "isReady",
      "custom-objects": "supportsCustomObjects",
      inbound: "supportsInboundCalling",
      remote: "usesRemote",
      "calling-window": "usesCallingWindow",
    },
    actions: ["get", "create", "update", "delete"],
    isDated: true,
  },
  /** @type {Family} */
  recording: {
    path: "settings/recording",
    what: "recording settings",
    checks: {
      // The id may stand anywhere in it, in the host's name, too.
      urlToRetrieveAuthedRecording: (value) =>
        isEndpoint(typeof value === "string" ? value.replaceAll("%s", "1") : value) ??
        (String(value).includes("%s") ? undefined : "needs %s where the call's id is to stand"),
    },
    needed: ["urlToRetrieveAuthedRecording"],
    defaults: {},
    flags: { url: "urlToRetrieveAuthedRecording" },
    actions: ["get", "create", "update"],
    isDated: false,
  },
  /** @type {Family} */
  channel: {
    path: "settings/channel-connection",
    what: "channel connection settings",
    checks: { url: isEndpoint, isReady: isBoolean },
    needed: ["url", "isReady"],
    defaults: {},
    flags: { url: "url", ready: "isReady" },
    actions: ["get", "create", "update", "delete"],
    isDated: true,
  },
};

/** Which of an app's settings a flag sets. */
export const { flags } = families.app;

/**
 * The settings that a command's flags say.
 * @param {Record<string, unknown>} values the flags' texts, and whatever else
 * @returns {Record<string, string | number | boolean>} unchecked: a text where a field's text stands for nothing that it can be
 */
export const settingsOf = (values, { flags } = families.app) =>
  Object.fromEntries(
    Object.entries(flags).flatMap(([flag, field]) => {
      const text = values[flag];
      return typeof text === "string" ? [[field, valueFor(field, text)]] : [];
    }),
  );

const texts = ["name", "url", "urlToRetrieveAuthedRecording"];

/** What a flag's text stands for: a number or a boolean where the field is one. @param {string} field @param {string} text */
function valueFor(field, text) {
  if (field === "width" || field === "height") return /^\d+$/.test(text) ? Number(text) : text;
  if (texts.includes(field)) return text;
  return text === "true" ? true : text === "false" ? false : text;
}

/** The text of a text, a number or a boolean; empty for anything else: of some objects no text can be made. @param {unknown} value */
export const textOf = (value) =>
  ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";

/** HubSpot's own, in what it answers. They cannot be set. */
export const readOnlyFields = ["createdAt", "updatedAt"];

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {Record<string, unknown>} settings
 * @param {boolean} isWhole whether nothing was there before: some fields are needed then
 * @returns {Problem[]} none when HubSpot takes them
 */
export function problemsOf(settings, isWhole, { checks, needed } = families.app) {
  const problems = Object.entries(settings).flatMap(([field, value]) => {
    const check = new Map(Object.entries(checks)).get(field);
    const problem = check ? check(value) : `is none of ${Object.keys(checks).join(", ")}`;
    return problem ? [{ field, problem }] : [];
  });
  const missing = isWhole ? needed.filter((field) => !(field in settings)) : [];
  return [...problems, ...missing.map((field) => ({ field, problem: "is missing" }))];
}

/** Whether HubSpot can have an app of that number: an int32. @param {string} text */
export const isAppId = (text) => /^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 31;

/** Versions that are called by their dates, and stand at another place in an address. */
export const datedVersions = ["2025-09", "2026-03", "2026-09"];
/** v1 to v3 become unsupported in September 2027. */
export const apiVersions = ["v3", ...datedVersions];

/** Where HubSpot's calling endpoints are. @param {string} version one of `apiVersions` @param {string} path after that */
export const callingPath = (version, path) =>
  version === "v3"
    ? `/crm/v3/extensions/calling/${path}`
    : `/crm/extensions/calling/${version}/${path}`;

/** @param {string} appId @param {string} version one of `apiVersions` */
export const settingsPath = (appId, version, { path } = families.app) =>
  callingPath(version, `${appId}/${path}`);
