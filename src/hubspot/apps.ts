// Which calling apps stand under "Call from": those that the localStorage keys of HubSpot's page install, and those whose settings HubSpot was sent.
import { type Fields, type IframeLocation, isFields, parse } from "../call/messages.ts";
import { isLoopback } from "../frame/loopback.mjs";
import { size, switches } from "../settings/defaults.mjs";

/** Those of HubSpot's calling settings that decide where an app is shown and what it may do. */
export const settingNames = [
  "supportsInboundCalling",
  "usesRemote",
  "usesCallingWindow",
  "supportsCustomObjects",
] as const;
export type SettingName = (typeof settingNames)[number];
export type Settings = Record<SettingName, boolean>;

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
export const placeOf = (
  app: Pick<Settings, "usesRemote" | "supportsInboundCalling">,
): "widget" | "remote" => (app.usesRemote || app.supportsInboundCalling ? "remote" : "widget");

/** Whether the calling window, and not the page with the record, has the app's calls. */
export const callsInWindow = (app: Omit<Settings, "supportsCustomObjects">): boolean =>
  placeOf(app) === "remote" && app.usesCallingWindow;

/** Whether the app's frame in that place speaks to HubSpot for its calls; else another one does, and it only shows their state. */
export const speaks = (
  { usesCallingWindow }: Pick<Settings, "usesCallingWindow">,
  place: Place,
): boolean => place === "widget" || usesCallingWindow === (place === "window");

/** Whether two apps are one, with the settings that a frame is made by. */
export const isSameApp = (a: App, b: App): boolean =>
  (["id", "url", "width", "height", ...settingNames] as const).every((name) => a[name] === b[name]);

/** Whether browsers let this page frame the address: on https, or a development server's on this machine. */
export const canBeFramed = (url: string): boolean =>
  URL.canParse(url) &&
  (!isRefused(url) || (new URL(url).protocol === "http:" && isLoopback(new URL(url).hostname)));

/** Whether HubSpot itself would not frame the address: it frames only https. */
export const isRefused = (url: string): boolean => new URL(url).protocol !== "https:";

export const demoKey = "LocalSettings:Calling:installDemoWidget";
export const appKey = "LocalSettings:Calling:CallingExtensions";
/** Still read when the newer key is absent (SDK issue 45). */
export const oldAppKey = "LocalSettings:Sales:CallingExtensions";
/** Of the beta documentation of inbound calls. [guess] That it is true or false, and counts for every app. */
export const inboundKey = "LocalSettings:Calling:supportsInboundCalling";

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
  const isServed = stored !== undefined;

  const demo = get(demoKey);
  const known = demo !== null && Object.hasOwn(demos, demo) ? demos[demo] : undefined;
  if (demo !== null && !known)
    problems.push(`${demoKey} is “${demo}”. HubSpot knows local, app:js and app.`);
  const installed = known ? [offerOf(known(here, isServed))] : [];
  const sent = (Array.isArray(stored) ? stored : []).flatMap((each) =>
    // The server has checked what it has.
    isFields(each) && typeof readApp(each) !== "string" ? [sentOffer(each)] : [],
  );

  const key = get(appKey) === null ? oldAppKey : appKey;
  const settings = get(key);
  let offers = [...installed, ...sent];
  if (settings !== null) {
    const read = readSettings(settings);
    const others = typeof read === "string" ? read : withOverride(installed, sent, read, settings);
    if (typeof others === "string") problems.push(`${key} ${others}`);
    else offers = others;
  }

  const inbound = get(inboundKey);
  const isInbound = inbound === "true" || inbound === "false";
  if (inbound !== null && !isInbound)
    problems.push(`${inboundKey} is “${inbound}”, neither true nor false.`);
  const said = isInbound ? { supportsInboundCalling: inbound === "true" } : {};

  const isReady = ({ settings }: Offer) => settings.isReady !== false;
  const apps = offers.filter(isReady).flatMap(({ settings, ...ids }) => {
    const read = readApp({ ...settings, ...said });
    return typeof read === "string" ? [] : [{ ...read, ...ids }];
  });
  const unready = offers
    .filter((offer) => !isReady(offer))
    .map(({ settings }) => String(settings.name));

  const isDefault = demo === null && settings === null && apps.length === 0;
  for (const demo of apps.length === 0 ? [local, phone] : [])
    apps.push({
      ...demo(here, isServed),
      ...idsOf(demo(here, isServed).url),
      ...size,
      ...switches,
      ...said,
    });
  return { apps, problems, isDefault, unready };
}

type Ids = Pick<App, "id" | "version" | "facts">;

/** An app's settings before they are read, and what the page knows it by. */
type Offer = Ids & { settings: Fields };

/** HubSpot's id of the app; undefined for one whose settings it was not sent. */
export function appIdOf({ id }: App): number | undefined {
  const [, appId] = /^app (\d+)$/.exec(id) ?? [];
  return appId === undefined ? undefined : Number(appId);
}

const idsOf = (url: string): Ids => ({ id: url, version: url, facts: "" });
const offerOf = ({ name, url }: Demo): Offer => ({ settings: { name, url }, ...idsOf(url) });

/** An app whose settings HubSpot was sent. */
function sentOffer(settings: Fields): Offer {
  const id = `app ${settings.appId}`;
  const facts = `App ${settings.appId}: isReady ${settings.isReady}`;
  return { settings, id, version: `${id} ${settings.updatedAt}`, facts };
}

/**
 * The offers with the app that a key describes. It takes the place of one of the same name or id, whose settings hold
 * where the key says nothing: also isReady, which tells whether the app is offered.
 * [guess] That the id is `appId` or `id`, and what becomes of what the key leaves out.
 * @returns what is wrong with the key, in words, where it describes no app
 */
function withOverride(
  installed: readonly Offer[],
  sent: readonly Offer[],
  own: Fields,
  text: string,
): Offer[] | string {
  const said = own.appId ?? own.id;
  // People write an id as a number and as a text.
  const appId = typeof said === "string" ? Number(said) : said;
  const isSame = ({ settings }: Offer) =>
    settings.name === own.name || (appId !== undefined && settings.appId === appId);
  const other = [...installed, ...sent].find(isSame);
  const settings = { ...other?.settings, ...own };
  const read = readApp(settings);
  if (typeof read === "string") return read;
  if (!other) return [...installed, { settings, ...idsOf(read.url) }, ...sent];
  const { id, version, facts } = other;
  const overridden = `overridden by ${appKey.split(":").at(-1)}`;
  const now = {
    settings,
    id,
    version: `${version} ${text}`,
    facts: facts ? `${facts}, ${overridden}` : overridden,
  };
  return [...installed, ...sent].map((offer) => (offer === other ? now : offer));
}

/** A key's settings, or what is wrong with them. */
function readSettings(text: string): Fields | string {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : error}`;
  }
  return isFields(settings) ? settings : "is not a JSON object with the app’s name and url.";
}

/** The app that settings describe, or what is wrong with them. */
function readApp(settings: Fields): Omit<App, keyof Ids> | string {
  const { name, url, width = size.width, height = size.height } = settings;
  if (typeof name !== "string" || name.trim() === "") return "has no name: the app’s, as text.";
  if (typeof url !== "string" || !URL.canParse(url)) return "has no url: the app’s full address.";
  if (!canBeFramed(url)) return `has a url that is not https: ${url}`;
  if (!isPixels(width) || !isPixels(height))
    return "has a width or height that is not in px, 1 to 9999.";
  const own: Settings = { ...switches };
  for (const setting of settingNames) {
    const value = settings[setting] ?? own[setting];
    if (typeof value !== "boolean") return `has a ${setting} that is neither true nor false.`;
    own[setting] = value;
  }
  if (settings.isReady !== undefined && typeof settings.isReady !== "boolean")
    return "has an isReady that is neither true nor false.";
  return { name: name.trim(), url, width, height, ...own };
}

/** Run in the console of HubSpot's page, this offers the app there, to whoever runs it. */
export function installLine({ name, url, width, height, ...app }: App): string {
  // HubSpot knows this address by a key of its own.
  if (url === "https://localhost:9025/") return `localStorage.setItem('${demoKey}', 'local')`;
  const own = settingNames.filter((setting) => app[setting] !== switches[setting]);
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
