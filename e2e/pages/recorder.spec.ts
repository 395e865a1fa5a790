// The recorder in an app's own page: its file has what HubSpot heard, so that it is judged alike, and nobody notices that it is there.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type CallingExtensions from "@hubspot/calling-extensions-sdk";
import type { BrowserContext, Page } from "@playwright/test";
import { build } from "esbuild";
import type { Sdk } from "../../src/package/recorder.ts";
import { readSessions } from "../../src/rules/report.ts";
import { judge } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { test as base, expect, type HubSpot, heardBy, pasted, withoutRepeats } from "./fixtures.ts";

/** The SDK's own types fit. */
true satisfies CallingExtensions extends Sdk ? true : false;

const { resolve } = createRequire(import.meta.url);

/** An app of a few lines that calls by itself, hangs up when HubSpot asks it to, and comes back to its call. */
const app = `<!doctype html><title>Recorded app</title>
<button id="export">Export</button> <button id="raw">Export as it is</button> <button id="strange">Say something strange</button>
<script src="sdk.js"></script><script src="recorder.js"></script>
<script>
  let call = JSON.parse(sessionStorage.call ?? "null");
  const keep = (to) => { call = to; sessionStorage.call = JSON.stringify(to); };
  const ids = () => ({ externalCallId: call.externalCallId, engagementId: call.engagementId });
  const nothing = () => {};
  const recording = recorder.record();
  const sdk = new window.default({
    debugMode: false,
    eventHandlers: {
      onReady: (data) => sdk.initialized({ isLoggedIn: true, ...(call && { engagementId: call.engagementId }) }),
      onDialNumber: (dialled) => {
        keep({ externalCallId: crypto.randomUUID(), at: Date.now(), to: dialled.phoneNumber });
        sdk.outgoingCall({ externalCallId: call.externalCallId, fromNumber: "+12125550100", toNumber: call.to,
          callStartTime: call.at, createEngagement: true, dialingContext: dialled, by: "grace@example.org" });
      },
      // HubSpot's last word on it: what crosses on the way stands in another order at each end.
      onEngagementCreated: ({ engagementId }) => {
        keep({ ...call, engagementId });
        sdk.callAnswered({ externalCallId: call.externalCallId });
      },
      onEndCall: () => {
        const last = { ...ids() };
        sdk.callEnded({ ...last, callEndStatus: "COMPLETED" });
        sdk.callCompleted({ ...last, engagementProperties: { hs_timestamp: call.at, hs_call_title: "A talk",
          hs_call_body: "As agreed with Grace Hopper", hs_call_to_number: call.to, hs_call_direction: "OUTBOUND" } });
        keep(null);
      },
      onCreateEngagementSucceeded: nothing, onUpdateEngagementSucceeded: nothing, onVisibilityChanged: nothing, defaultEventHandler: nothing,
    },
  });
  recording.listenTo(sdk);
  document.querySelector("#export").onclick = () => recording.copy();
  document.querySelector("#raw").onclick = () => recording.copy({ mask: false });
  document.querySelector("#strange").onclick = () => {
    const said = { type: "CALL_DATA", data: { text: "first" } };
    said.data.self = said.data;
    sdk.sendMessage(said);
    said.data.text = "second";
  };
</script>`;

const sdks = { current: "@hubspot/calling-extensions-sdk", first: "hubspot-first-demo" } as const;

async function serveApp(context: BrowserContext, sdk: string): Promise<void> {
  const entry = fileURLToPath(new URL("../../src/package/recorder.ts", import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "recorder",
  });
  const files: Record<string, string> = {
    "/sdk.js": await readFile(resolve(sdk), "utf8"),
    "/recorder.js": outputFiles[0]?.text ?? "",
  };
  await context.route("https://app.example/**", (route) => {
    const script = files[new URL(route.request().url()).pathname];
    return route.fulfill(
      script
        ? { contentType: "text/javascript", body: script }
        : { contentType: "text/html", body: app },
    );
  });
}

const test = base.extend<{ sdk: string }>({
  sdk: [sdks.current, { option: true }],
  hubspot: async ({ hubspot, context, complaints, sdk }, use) => {
    await serveApp(context, sdk);
    await hubspot.install("Recorded app", "https://app.example/");
    await use(hubspot);
    // The published SDK writes each payload to the console's debug level.
    const own = complaints.splice(0).filter((said) => !/calling-extensions-sdk/.test(said));
    complaints.push(...own);
  },
});

/** What the app's user has on the clipboard. */
async function exported(
  page: Page,
  button = "Export",
): Promise<{ text: string; session: Session }> {
  const frame = page.frameLocator("#hubspot-calling-extension-iframe");
  await frame.getByRole("button", { name: button, exact: true }).click();
  const text = await pasted(page);
  const read = readSessions(text);
  if (typeof read === "string") throw new Error(read);
  expect(read.app).toEqual({ name: "Recorded app", url: "https://app.example/" });
  expect(read.sessions).toHaveLength(1);
  return { text, session: read.sessions[0] ?? { messages: [] } };
}

const verdict = (session: Session) =>
  judge({ ...session, isOver: true })
    .map(({ rule, status, seen, broken }) => `${rule}: ${status}, ${seen}, ${broken}`)
    .sort();
/** What was said, wherever it was noted. */
const said = (session: Session) =>
  withoutRepeats(session).map(({ frame, from, type, data }) => ({ frame, from, type, data }));
/** Each page's name is whoever's who gives it. */
const loads = (session: Session) => {
  const messages = withoutRepeats(session);
  const names = [...new Set(messages.map(({ load }) => load))];
  return messages.map(({ load }) => names.indexOf(load));
};

async function callOnce(hubspot: HubSpot, times = 1): Promise<void> {
  // Another number each time: how soon HubSpot asks for the same again is not the same at both ends.
  await hubspot.dial({ phoneNumber: `+44770090014${times}`, phone_number: `+44770090014${times}` });
  await hubspot.heard("CALL_ANSWERED", times);
  await hubspot.send("END_CALL");
  await hubspot.heard("CALL_COMPLETED", times);
}

test("a call that is recorded in the app is judged as HubSpot's own record of it", async ({
  hubspot,
  page,
}) => {
  await callOnce(hubspot);
  await callOnce(hubspot, 2);
  await hubspot.dial({ phoneNumber: "+447700900143", phone_number: "+447700900143" });
  await hubspot.heard("CALL_ANSWERED", 3);
  const own = await heardBy(hubspot);
  const raw = await exported(page, "Export as it is");
  expect(said(raw.session)).toEqual(said(own));
  expect(loads(raw.session)).toEqual(loads(own));
  expect(said(own)[0]).toMatchObject({ type: "SYNC", data: { portalId: 62515 } });

  const masked = await exported(page);
  expect(verdict(masked.session)).toEqual(verdict(own));
  expect(raw.text).toMatch(/90014.*Hopper/s);
  expect(masked.text).not.toMatch(/90014|Hopper|grace@/);
});

test("… also where HubSpot says SYNC once more while the app answers", async ({
  hubspot,
  page,
}) => {
  await page.evaluate(() => window.hubspot.faults.add("syncDoubled"));
  await page.reload();
  await hubspot.dial();
  await hubspot.heard("CALL_ANSWERED");
  const own = await heardBy(hubspot);
  const { session } = await exported(page, "Export as it is");
  const types = ({ messages }: Session) => messages.map(({ type }) => type).join();
  expect(types(own)).toContain("SYNC,SYNC,SYNC_ACK");
  expect(types(session)).toContain("SYNC_ACK,INITIALIZED,SYNC");
  expect(said(session)).toEqual(said(own));
  expect(verdict(session)).toContain("handshake: pass, 1, 0");
});

test("… also of a call that outlives its page", async ({ hubspot, page }) => {
  page.on("dialog", (dialog) => dialog.accept());
  await hubspot.dial();
  await hubspot.heard("CALL_ANSWERED");
  const [{ engagementId = 0 } = {}] = (await hubspot.messages()).flatMap(({ type, data }) =>
    type === "CREATE_ENGAGEMENT_SUCCEEDED" ? [Object(data)] : [],
  );
  await page.goto(`/?engagementId=${engagementId}`);
  await hubspot.heard("INITIALIZED");
  await hubspot.send("END_CALL");
  await hubspot.heard("CALL_COMPLETED");
  await hubspot.dial();
  await hubspot.heard("CALL_ANSWERED");
  const { session } = await exported(page);
  const own = await heardBy(hubspot);
  expect(loads(session)).toEqual(loads(own));
  expect(new Set(loads(session)).size).toBe(2);
  expect(verdict(session)).toEqual(verdict(own));
  expect(verdict(session).join()).toMatch(/goes-on: pass.*reload: pass/);
});

test("nothing but HubSpot's and the app's words is recorded, as they were when they were said", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.dial();
  await hubspot.heard("CALL_ANSWERED");
  // From the page itself, from a frame in it, and from HubSpot's page something that the SDK would not take.
  await widget.locator("body").evaluate(async (body) => {
    const sync = { type: "SYNC", messageId: "1", iframeLocation: "window" };
    postMessage(sync, "*");
    const frame = document.createElement("iframe");
    frame.srcdoc = `<script>parent.postMessage(${JSON.stringify(sync)}, "*")</script>`;
    const heard = new Promise((resolve) => {
      addEventListener("message", ({ source }) => source === frame.contentWindow && resolve(0));
    });
    body.append(frame);
    await heard;
  });
  await page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>("#hubspot-calling-extension-iframe");
    for (const said of ["text", { type: "NO_ID" }, { messageId: "no type" }])
      frame?.contentWindow?.postMessage(said, "*");
  });
  await widget.getByRole("button", { name: "Say something strange" }).click();
  await hubspot.heard("CALL_DATA");
  const { session } = await exported(page, "Export as it is");
  const types = (from: Session) => said(from).map(({ type }) => type);
  expect(types(session)).toEqual(types(await heardBy(hubspot)));
  expect(session.messages.every(({ frame }) => frame === "widget")).toBe(true);
  // What contains itself is no JSON.
  expect(session.messages.at(-1)).toMatchObject({ type: "CALL_DATA", data: "[object Object]" });
});

test.describe("with HubSpot's first SDK", () => {
  test.use({ sdk: sdks.first });

  test("… a call is recorded as well", async ({ hubspot, page }) => {
    await hubspot.dial();
    await hubspot.heard("OUTGOING_CALL_STARTED");
    const { session } = await exported(page);
    expect(said(session)).toHaveLength(said(await heardBy(hubspot)).length);
    expect(verdict(session)).toEqual(verdict(await heardBy(hubspot)));
  });
});

test("an SDK that cannot be listened to is said to be none", async ({ hubspot, widget }) => {
  await hubspot.dial();
  await hubspot.heard("CALL_ANSWERED");
  const words = await widget.locator("body").evaluate(() => {
    try {
      Reflect.get(window, "recorder").record().listenTo({});
      return "recorded";
    } catch (error) {
      return String(error);
    }
  });
  expect(words).toBe("Error: This SDK has no iFrameManager.destinationWindow to listen at.");
});
