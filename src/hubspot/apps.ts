// Which calling apps stand under "Call from": those that the localStorage keys of HubSpot's page install.
import { isLoopback } from "../guard.ts";
import { isFields } from "../messages.ts";

export type App = {
  name: string;
  url: string;
  /** The frame's first size, px */
  width: number;
  height: number;
};

export const demoKey = "LocalSettings:Calling:installDemoWidget";
export const appKey = "LocalSettings:Calling:CallingExtensions";
/** Still read when the newer key is absent (SDK issue 45). */
export const oldAppKey = "LocalSettings:Sales:CallingExtensions";

/** HubSpot recommends about this size. */
const size = { width: 400, height: 650 };

const demos: Record<string, (here: URL) => { name: string; url: string }> = {
  local: (here) => ({ name: "Demo App Local", url: localDemo(here) }),
  "app:js": () => ({
    name: "Demo App JS",
    url: "https://github.hubspot.com/calling-extensions-sdk/demo-minimal-js.html",
  }),
  app: () => ({
    name: "Demo App React",
    url: "https://github.hubspot.com/calling-extensions-sdk/demo-react-ts.html",
  }),
};

/** HubSpot has it at port 9025; a local HubSpot at another port has it at its own, and a deployed one beside itself. */
function localDemo(here: URL): string {
  if (isLoopback(here.hostname)) return `https://localhost:${here.port}/`;
  return here.hostname.endsWith(".hubspot.com")
    ? "https://localhost:9025/"
    : new URL("./", here).href;
}

/**
 * @param get gives a key's value, as `localStorage.getItem` does
 * @param here the local HubSpot's own address
 * @returns the apps, what is wrong with the keys, in words, and whether there were none
 */
export function installedApps(
  get: (key: string) => string | null,
  here: URL,
): { apps: App[]; problems: string[]; isDefault: boolean } {
  const problems: string[] = [];
  const apps: App[] = [];

  const demo = get(demoKey);
  if (demo !== null) {
    const known = Object.hasOwn(demos, demo) ? demos[demo] : undefined;
    if (known) apps.push({ ...known(here), ...size });
    else problems.push(`${demoKey} is “${demo}”. HubSpot knows local, app:js and app.`);
  }

  const key = get(appKey) === null ? oldAppKey : appKey;
  const settings = get(key);
  if (settings !== null) {
    const read = readSettings(settings);
    if (typeof read === "string") problems.push(`${key} ${read}`);
    else apps.push(read);
  }

  const isDefault = demo === null && settings === null;
  if (apps.length === 0) apps.push({ name: "Demo App Local", url: localDemo(here), ...size });
  return { apps, problems, isDefault };
}

/** The app that the settings describe, or what is wrong with them. */
function readSettings(text: string): App | string {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : error}`;
  }
  if (!isFields(settings)) return "is not a JSON object with the app’s name and url.";
  const { name, url, width = size.width, height = size.height } = settings;
  if (typeof name !== "string" || name.trim() === "") return "has no name: the app’s, as text.";
  if (typeof url !== "string" || !URL.canParse(url)) return "has no url: the app’s full address.";
  if (new URL(url).protocol !== "https:") return `has a url that is not https: ${url}`;
  if (!isPixels(width) || !isPixels(height))
    return "has a width or height that is not in px, 1 to 9999.";
  return { name: name.trim(), url, width, height };
}

export const isPixels = (value: unknown): value is number =>
  typeof value === "number" && value >= 1 && value <= 9999;
