// Where HubSpot shows an app, by its calling settings.
import { unknown } from "./verdict.mjs";

/** @import { Message } from "../rules/session.ts" */
/** @import { Settings } from "../hubspot/apps.ts" */

/**
 * Where an app has its calls, and the calling settings by which HubSpot shows it there.
 * @typedef {{ frame: Message["frame"], settings: AppSettings }} Place
 * @typedef {Partial<Settings & { width: number, height: number }>} AppSettings
 */

/** What people call each frame. @type {Record<Message["frame"], string>} */
export const placeNames = {
  widget: "the panel",
  remote: "the navigation bar",
  window: "the calling window",
};

/** @type {readonly Place[]} */
export const everywhere = [
  { frame: "widget", settings: {} },
  { frame: "remote", settings: { supportsInboundCalling: true, usesCallingWindow: false } },
  { frame: "window", settings: { supportsInboundCalling: true, usesCallingWindow: true } },
];

/** The place that an app's settings give it, as HubSpot's page decides it (placeOf in hubspot/apps.ts). @param {AppSettings} settings @returns {Place} */
export function placeFor(settings) {
  const { supportsInboundCalling = false, usesRemote = false, usesCallingWindow = true } = settings;
  if (!supportsInboundCalling && !usesRemote) return { frame: "widget", settings };
  return { frame: usesCallingWindow ? "window" : "remote", settings };
}

const switches = ["supportsInboundCalling", "usesRemote", "usesCallingWindow"];
const sizes = ["width", "height"];
const example = `For example: --settings '{"supportsInboundCalling": true, "width": 400, "height": 650}'`;

/**
 * Reads an app's calling settings.
 * @param {string} text JSON
 * @returns {AppSettings}
 * @throws an Error that says what is wrong, and how it should be
 */
export function readSettings(text) {
  /** @type {unknown} */
  let settings;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `--settings is not JSON: ${error instanceof Error ? error.message : error}. ${example}`,
    );
  }
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw new Error(`--settings is not a JSON object. ${example}`);
  for (const [name, value] of Object.entries(settings)) {
    const isSize = sizes.includes(name);
    if (!isSize && !switches.includes(name))
      throw new Error(
        `--settings: ${unknown("setting", name, [...switches, ...sizes])} ${example}`,
      );
    if (
      isSize
        ? !(Number.isInteger(value) && value > 0 && value < 10_000)
        : typeof value !== "boolean"
    )
      throw new Error(
        `--settings: ${name} is ${JSON.stringify(value)}, and must be ${isSize ? "a number of pixels" : "true or false"}. ${example}`,
      );
  }
  return settings;
}
