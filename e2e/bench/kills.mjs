// npm run kills: ends the browser with SIGKILL at random moments of a call, forty times, and looks at what comes back. Not part of npm test: it takes minutes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "@playwright/test";
import { findBrowser } from "../../src/judge/browser.mjs";
import { listen } from "../../src/server/listen.mjs";
import { plainApp, serve } from "../../src/server/serve.mjs";

/** @import { ChildProcess } from "node:child_process" */
/** @import { Frame } from "@playwright/test" */

const kills = Number(process.argv[2] ?? 40);
/** What was written so many ms before the browser was killed must be there afterwards. */
const durable = 5000;

const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
let drawn = seed;
/** A number from 0 to 1, by the seed. */
function random() {
  drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0;
  return drawn / 2 ** 32;
}

/** HubSpot's own memory: it outlives the browser. It has what was heard of each call, by the call's id, in order. */
const heard = new Map();
/** @type {string[]} */
const wrong = [];

/** HubSpot's page: it frames the widget, passes on what it hears, and says what HubSpot answers. */
const hubspotPage = (
  /** @type {string} */ widget,
) => `<!doctype html><title>HubSpot</title><body><script>
  const frame = document.createElement("iframe");
  let isReady = false;
  const post = (message) =>
    frame.contentWindow.postMessage({ messageId: crypto.randomUUID(), ...message }, "*");
  frame.onload = function sync() {
    if (isReady) return;
    post({ type: "SYNC", hostUrl: location.origin, portalId: 1, iframeLocation: "widget" });
    setTimeout(sync, 100);
  };
  onmessage = async ({ data: { type, data } }) => {
    if (type === "SYNC_ACK") isReady = true;
    for (const answer of await heard(type, data ?? {})) post(answer);
  };
  frame.width = 400;
  frame.height = 650;
  frame.src = ${JSON.stringify(widget)};
  document.body.append(frame);
</script>`;

/** What HubSpot answers, and what it must not hear twice. */
function hear(
  /** @type {string} */ type,
  /** @type {Record<string, string>} */ { externalCallId },
) {
  if (!externalCallId) return [];
  const messages = heard.get(externalCallId) ?? [];
  if (messages.includes(type)) wrong.push(`${type} of call ${externalCallId} comes twice`);
  heard.set(externalCallId, [...messages, type]);
  const engagementId = 1000 + [...heard.keys()].indexOf(externalCallId);
  if (type === "OUTGOING_CALL_STARTED")
    return [{ type: "CREATE_ENGAGEMENT_SUCCEEDED", data: { engagementId } }];
  if (type === "CALL_COMPLETED")
    return [{ type: "UPDATE_ENGAGEMENT_SUCCEEDED", data: { engagementId } }];
  return [];
}

/** A browser of its own, and what is in it. */
async function start(/** @type {string} */ profile, /** @type {string} */ address) {
  const browser = spawn(
    findBrowser() ?? "",
    [
      "--headless",
      "--no-sandbox",
      "--remote-debugging-port=0",
      "--ignore-certificate-errors",
      "--disable-background-networking",
      "--disable-gpu",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    // A group of its own, so that all its processes end at once.
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  let endpoint = "";
  for await (const line of createInterface({ input: browser.stderr })) {
    endpoint = /^DevTools listening on (.*)$/.exec(line)?.[1] ?? "";
    if (endpoint) break;
  }
  browser.stderr.resume();
  const connected = await chromium.connectOverCDP(endpoint);
  const [context] = connected.contexts();
  if (!context) throw new Error("The browser has no context");
  const page = await context.newPage();
  await page.exposeFunction("heard", hear);
  await page.goto(address);
  await page.waitForFunction(() => frames.length > 0);
  const widget = page.frames()[1];
  if (!widget) throw new Error("The widget's frame is not there");
  await widget.waitForSelector("main:not([hidden]) #card:not([hidden])");
  return { browser, page, widget };
}

async function kill(/** @type {ChildProcess} */ browser) {
  const exit = once(browser, "exit");
  process.kill(-(browser.pid ?? 0), "SIGKILL");
  await exit;
}

const statusOf = (/** @type {Frame} */ widget) =>
  widget.evaluate(() => document.getElementById("card")?.dataset.status ?? "");
const notesOf = (/** @type {Frame} */ widget) => widget.locator("#notes").inputValue();

/** What a person does next: a word of notes, or the coloured button. */
async function act(
  /** @type {Frame} */ widget,
  /** @type {string[]} */ words,
  /** @type {{ at: number, notes: string }[]} */ written,
) {
  const status = await statusOf(widget);
  if (status === "idle") {
    if (await widget.locator("#login").isEnabled()) await widget.locator("#login").click();
    await widget.locator("#toNumber").fill("+44 20 7946 0018");
    written.length = 0;
    await widget.locator("#outgoingcall").click();
    return;
  }
  if (status !== "completed" && random() < 0.6) {
    words.push(`word${words.length}`);
    const notes = `${await notesOf(widget)} ${words.at(-1)}`.trim();
    await widget.locator("#notes").fill(notes);
    written.push({ at: Date.now(), notes });
    return;
  }
  const next = widget.locator("button.expected");
  if (await next.count()) await next.click();
}

const server = await serve({ port: 0 });
const widgetUrl = `https://localhost:${server.port}/`;
const host = await listen(
  plainApp().get("/", (_, response) => {
    response.send(hubspotPage(widgetUrl));
  }),
  0,
);
const hubspotUrl = `https://hubspot.localhost:${host.port}/`;
const profile = await mkdtemp(join(tmpdir(), "kills-"));
console.log(`${kills} kills, seed ${seed}`);

/** The notes of the call that was on, as they were written, with when. @type {{ at: number, notes: string }[]} */
const written = [];
let { browser, widget } = await start(profile, hubspotUrl);
/** @type {string[]} */
const words = [];
/** @type {Record<string, number>} */
const moments = {};
for (let count = 1; count <= kills; count += 1) {
  const until = Date.now() + 500 + random() * 9000;
  while (Date.now() < until) {
    await act(widget, words, written);
    await wait(50 + random() * 700);
  }
  const status = await statusOf(widget);
  moments[status] = (moments[status] ?? 0) + 1;
  const at = Date.now();
  await kill(browser);
  ({ browser, widget } = await start(profile, hubspotUrl));

  const after = await statusOf(widget);
  const [id, messages = []] = [...heard].at(-1) ?? [];
  const order = ["OUTGOING_CALL_STARTED", "CALL_ANSWERED", "CALL_ENDED", "CALL_COMPLETED"];
  const last = Math.max(...order.map((type, index) => (messages.includes(type) ? index : -1)));
  const shown = ["ringing", "answered", "ended", "completed"].indexOf(after);
  if (shown >= 0 && shown < last && after !== "unsaved")
    wrong.push(`call ${id} comes back as ${after} after HubSpot heard ${order[last]}`);
  const safe = written.findLast((one) => one.at <= at - durable);
  if (safe && status !== "idle" && status !== "completed") {
    const notes = await notesOf(widget);
    if (!notes.startsWith(safe.notes)) wrong.push(`“${safe.notes}” came back as “${notes}”`);
  }
  console.log(
    `${count}: killed while ${status}, back as ${after}${wrong.length ? `, ${wrong.length} wrong` : ""}`,
  );
}
await kill(browser);
await host.close();
await server.close();
await rm(profile, { recursive: true, force: true });
console.log(
  `Killed while ${Object.entries(moments)
    .map(([status, count]) => `${status}: ${count}`)
    .join(", ")}`,
);
for (const each of wrong) console.error(each);
console.log(`${wrong.length} wrong`);
process.exit(wrong.length > 0 ? 1 : 0);
