// Which calling apps stand under "Call from": those that the localStorage keys of HubSpot's page install, and those whose settings HubSpot was sent.
import { type Fields, type IframeLocation, isFields, parse } from "../call/messages.ts";
import { isLoopback } from "../frame/loopback.mjs";

/** Those of HubSpot's calling settings that decide where an app is shown and what it may do. */
export const settingNames = ["supportsInboundCalling", "usesRemote", "usesCallingWindow"] as const;
export type SettingName = (typeof settingNames)[number];
export type Settings = Record<SettingName, boolean>;

const defaults: Settings = {
  supportsInboundCalling: false,
  usesRemote: false,
  usesCallingWindow: true,
};

export type App = Settings & {
  /** What the page remembers it by. */
  id: string;
  /** What the page remembers its ticks by: another one when HubSpot is sent other settings, since those count then. */
  version: string;
  /** What else its settings say, in words. */
  facts: string;
  name: string;
  url: string;
  /** The frame's first size, px */
  width: number;
  height: number;
};

/** Where HubSpot shows an app: SYNC's `iframeLocation`. */
export type Place = IframeLocation;

/**
 * Where a page with records shows the app: in a panel of the record's, or in the navigation bar.
 * [guess] That `usesRemote` is enough, and that `supportsInboundCalling` is, too: only "apps without inbound" are documented to be in the panel.
 */
export const placeOf = (app: Settings): "widget" | "remote" =>
  app.usesRemote || app.supportsInboundCalling ? "remote" : "widget";

/** Whether the calling window, and not the page with the record, has the app's calls. */
export const callsInWindow = (app: Settings): boolean =>
  placeOf(app) === "remote" && app.usesCallingWindow;

/** Whether the app's frame in that place speaks to HubSpot for its calls; else another one does, and it only shows their state. */
export const speaks = ({ usesCallingWindow }: Settings, place: Place): boolean =>
  place === "widget" || usesCallingWindow === (place === "window");

/** Whether two apps are one, with the settings that a frame is made by. */
export const isSameApp = (a: App, b: App): boolean =>
  (["id", "url", "width", "height", ...settingNames] as const).every((name) => a[name] === b[name]);

/** Whether browsers let this page frame the address: on https, or a development server's on this machine. */
export const canBeFramed = (url: string): boolean =>
  URL.canParse(url) &&
  (!isRefused(url) || (new URL(url).protocol === "http:" && isLoopback(new URL(url).hostname)));

/** Whether HubSpot itself would not frame the address: it frames https alone. */
export const isRefused = (url: string): boolean => new URL(url).protocol !== "https:";

export const demoKey = "LocalSettings:Calling:installDemoWidget";
export const appKey = "LocalSettings:Calling:CallingExtensions";
/** Still read when the newer key is absent (SDK issue 45). */
export const oldAppKey = "LocalSettings:Sales:CallingExtensions";

/** HubSpot recommends about this size. */
const size = { width: 400, height: 650 };

type Demo = { name: string; url: string };
const local = (here: URL, isServed: boolean): Demo => ({
  name: "Demo App Local",
  url: localDemo(here, isServed),
});
const phone = (here: URL, isServed: boolean): Demo => ({
  name: "Demo App Phone",
  url: new URL("phone.html", localDemo(here, isServed)).href,
});
const demos: Record<string, typeof local> = {
  local,
  "app:js": () => ({
    name: "Demo App JS",
    url: "https://github.hubspot.com/calling-extensions-sdk/demo-minimal-js.html",
  }),
  // In HubSpot it is "Demo App React": demo-react-ts, whose place the phone takes.
  app: phone,
};

/** HubSpot has it at port 9025; a local HubSpot with its own server at another port has it there, and any other beside itself. */
function localDemo(here: URL, isServed: boolean): string {
  if (here.hostname.endsWith(".hubspot.com")) return "https://localhost:9025/";
  return isServed ? `https://localhost:${here.port}/` : new URL("index.html", here).href;
}

/** The apps, what is wrong with the keys, in words, whether nothing installs an app, and the names of apps that are not ready. */
export type Installed = {
  apps: App[];
  problems: string[];
  isDefault: boolean;
  unready: string[];
};

/**
 * @param get gives a key's value, as `localStorage.getItem` does
 * @param here the local HubSpot's own address
 * @param stored the apps of which its own server has settings, unchecked: `[{appId, ...settings}]`; undefined where there is no such server
 */
export function installedApps(
  get: (key: string) => string | null,
  here: URL,
  stored: unknown,
): Installed {
  const problems: string[] = [];
  const apps: App[] = [];
  const unready: string[] = [];
  const isServed = stored !== undefined;

  const demo = get(demoKey);
  if (demo !== null) {
    const known = Object.hasOwn(demos, demo) ? demos[demo] : undefined;
    if (known) apps.push(demoApp(known(here, isServed)));
    else problems.push(`${demoKey} is “${demo}”. HubSpot knows local, app:js and app.`);
  }

  const key = get(appKey) === null ? oldAppKey : appKey;
  const settings = get(key);
  if (settings !== null) {
    const read = readSettings(settings);
    if (typeof read === "string") problems.push(`${key} ${read}`);
    else apps.push(read);
  }

  for (const each of Array.isArray(stored) ? stored : []) {
    const read = isFields(each) ? readApp(each) : "";
    // What the server has, it has checked.
    if (!isFields(each) || typeof read === "string") continue;
    const { appId, updatedAt, isReady, supportsCustomObjects } = each;
    const id = `app ${appId}`;
    const facts = `App ${appId}: isReady ${isReady}, supportsCustomObjects ${supportsCustomObjects}`;
    if (isReady === false) unready.push(read.name);
    else apps.push({ ...read, id, version: `${id} ${updatedAt}`, facts });
  }

  const isDefault = demo === null && settings === null && apps.length === 0;
  if (apps.length === 0) apps.push(...[local, phone].map((demo) => demoApp(demo(here, isServed))));
  return { apps, problems, isDefault, unready };
}

const demoApp = ({ name, url }: Demo): App => ({ name, ...idsOf(url), url, ...size, ...defaults });

const idsOf = (url: string) => ({ id: url, version: url, facts: "" });

/** The app that the settings describe, or what is wrong with them. */
function readSettings(text: string): App | string {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : error}`;
  }
  return isFields(settings)
    ? readApp(settings)
    : "is not a JSON object with the app’s name and url.";
}

function readApp(settings: Fields): App | string {
  const { name, url, width = size.width, height = size.height } = settings;
  if (typeof name !== "string" || name.trim() === "") return "has no name: the app’s, as text.";
  if (typeof url !== "string" || !URL.canParse(url)) return "has no url: the app’s full address.";
  if (!canBeFramed(url)) return `has a url that is not https: ${url}`;
  if (!isPixels(width) || !isPixels(height))
    return "has a width or height that is not in px, 1 to 9999.";
  const own = { ...defaults };
  for (const setting of settingNames) {
    const value = settings[setting] ?? own[setting];
    if (typeof value !== "boolean") return `has a ${setting} that is neither true nor false.`;
    own[setting] = value;
  }
  return { name: name.trim(), ...idsOf(url), url, width, height, ...own };
}

/** Run in the console of HubSpot's page, this offers the app there, to whoever runs it. */
export function installLine({ name, url, width, height, ...app }: App): string {
  // HubSpot knows this address by a key of its own.
  if (url === "https://localhost:9025/") return `localStorage.setItem('${demoKey}', 'local')`;
  const own = settingNames.filter((setting) => app[setting] !== defaults[setting]);
  const settings = Object.fromEntries(own.map((setting) => [setting, app[setting]]));
  const value = JSON.stringify({ isReady: true, name, url, width, height, ...settings });
  // A text within a text: what would end the inner one, or begin an escape in it, is escaped.
  return `localStorage.setItem('${appKey}', '${value.replace(/[\\']/g, "\\$&")}')`;
}

/** Holds what was ticked otherwise in the page than the app's settings say: `{[version]: {[name]: boolean}}`. */
export const ticksKey = "LocalHubSpot:settings";

/** The apps with what was ticked otherwise, as `ticksKey` has it; damaged ticks count as none. */
export function withTicks(apps: readonly App[], ticks: string | null): App[] {
  const all = parse(ticks);
  return apps.map((app) => {
    const own = isFields(all) ? all[app.version] : undefined;
    const ticked = { ...app };
    for (const name of settingNames) {
      const value = isFields(own) ? own[name] : undefined;
      if (typeof value === "boolean") ticked[name] = value;
    }
    return ticked;
  });
}

/** `ticks` with one more. */
export function tick(ticks: string | null, app: App, name: SettingName, value: boolean): string {
  const all = parse(ticks);
  const others = isFields(all) ? all : {};
  const own = isFields(others[app.version]) ? others[app.version] : {};
  return JSON.stringify({ ...others, [app.version]: { ...Object(own), [name]: value } });
}

export const isPixels = (value: unknown): value is number =>
  typeof value === "number" && value >= 1 && value <= 9999;
