// Other people's calling apps, HubSpot's first demo among them: the local HubSpot serves any app, not only this widget.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build } from "esbuild";
import { walk } from "../../src/judge/walk.mjs";
import { judge, merge } from "../../src/rules/rules.ts";
import { test as base, expect, type HubSpot } from "./fixtures.ts";

const { resolve } = createRequire(import.meta.url);

/** A whole app of its own words and ids. It asks for an engagement, and completes each call as soon as that is there. */
const app = `<!doctype html><title>Foreign</title>
<button id="sign-in">Sign in</button> <button id="ring">Ring me</button> <button id="finish">Finish</button>
<p id="log"></p>
<script src="sdk.js"></script>
<script>
  const log = (text) => { document.querySelector("#log").textContent += text + "; "; };
  let call;
  const sdk = new window.default({
    debugMode: false,
    eventHandlers: {
      onReady: () => { log("ready"); sdk.initialized({ isLoggedIn: location.search !== "", sizeInfo: { width: 300, height: 200 } }); },
      onDialNumber: ({ phone_number }) => {
        call = { externalCallId: "out " + phone_number };
        sdk.outgoingCall({ ...call, fromNumber: "+12125550100", toNumber: phone_number, createEngagement: true });
      },
      onCreateEngagementSucceeded: ({ engagementId }) => { call.engagementId = engagementId; log("engaged"); },
      onCreateEngagementFailed: ({ error }) => log(error.message),
      onEngagementCreated: () => {},
      onCallerIdMatchSucceeded: ({ callerIdMatches }) => log("from " + callerIdMatches.map((m) => m.firstName ?? m.name)),
      onCallerIdMatchFailed: ({ error }) => log(error.message),
      onUpdateEngagementSucceeded: () => log("saved"),
      onUpdateEngagementFailed: ({ error }) => log(error.message),
      defaultEventHandler: () => {},
    },
  });
  document.querySelector("#sign-in").onclick = () => sdk.userLoggedIn();
  document.querySelector("#ring").onclick = () => {
    call = { externalCallId: "in" };
    sdk.incomingCall({ ...call, fromNumber: "+1 212 555 0110", toNumber: "+12125550100", createEngagement: true });
  };
  document.querySelector("#finish").onclick = () => {
    sdk.callAnswered({ externalCallId: call.externalCallId });
    sdk.callEnded({ ...call, callEndStatus: "COMPLETED" });
    sdk.callCompleted({ ...call, hideWidget: false, engagementProperties: { hs_call_title: "Foreign " + call.externalCallId } });
  };
</script>`;

const test = base.extend<{ sdk: undefined }>({
  sdk: [
    async ({ context, complaints }, use) => {
      const sdk = await readFile(resolve("@hubspot/calling-extensions-sdk"));
      await context.route("https://app.example/**", (route) =>
        route.request().url().endsWith("/sdk.js")
          ? route.fulfill({ contentType: "text/javascript", body: sdk })
          : route.fulfill({ contentType: "text/html", body: app }),
      );
      await use(undefined);
      // The published SDK writes each payload to the console's debug level, and the demo's strangers are not there.
      const own = complaints
        .splice(0)
        .filter(
          (said) =>
            !/\[calling-extensions-sdk@|No event handler|Failed to load resource/.test(said),
        );
      complaints.push(...own);
    },
    { auto: true },
  ],
});

/** What the local HubSpot finds fault with, now that all is said. */
async function broken({ page }: HubSpot): Promise<object[]> {
  const session = await page.evaluate(() => window.hubspot.session);
  return judge({ ...session, isOver: true }).filter(({ status }) => status === "fail");
}

test("a foreign app makes a call from the record's panel", async ({ hubspot, widget }) => {
  await hubspot.install("Foreign", "https://app.example/");
  await hubspot.call();
  await expect(hubspot.alerts()).toContainText("You are logged out of Foreign");
  await widget.getByRole("button", { name: "Sign in" }).click();
  await hubspot.heard("LOGGED_IN");
  await hubspot.call();
  await expect(widget.locator("#log")).toHaveText("ready; engaged;");
  await widget.getByRole("button", { name: "Finish" }).click();
  await expect(widget.locator("#log")).toHaveText("ready; engaged; saved;");
  await expect(
    hubspot.page.getByRole("listitem").filter({ hasText: "Foreign out +447700900142" }),
  ).toBeVisible();
  expect(await broken(hubspot)).toMatchObject([{ rule: "dialing-context-given", level: "should" }]);
});

test("… and from the navigation bar makes one and takes one", async ({ hubspot, widget }) => {
  const settings = { supportsInboundCalling: true, usesCallingWindow: false };
  await hubspot.install("Foreign", "https://app.example/", settings);
  await widget.getByRole("button", { name: "Sign in" }).click();
  await hubspot.heard("LOGGED_IN");
  await hubspot.call();
  await expect(widget.locator("#log")).toHaveText("ready; engaged;");
  await widget.getByRole("button", { name: "Finish" }).click();
  await expect(widget.locator("#log")).toHaveText("ready; engaged; saved;");

  await widget.getByRole("button", { name: "Ring me" }).click();
  await expect(widget.locator("#log")).toHaveText(
    "ready; engaged; saved; from Grace,Compilers Inc; engaged;",
  );
  await widget.getByRole("button", { name: "Finish" }).click();
  await expect(widget.locator("#log")).toContainText(
    "engaged; saved; from Grace,Compilers Inc; engaged; saved;",
  );
  expect(await hubspot.timeline()).toMatchObject([
    {
      recordIds: [37621684102, 18934410202],
      properties: { hs_call_title: "Foreign in", hs_call_direction: "INBOUND" },
    },
    { properties: { hs_call_title: "Foreign out +447700900142", hs_call_direction: "OUTBOUND" } },
  ]);
  expect(await broken(hubspot)).toMatchObject([{ rule: "dialing-context-given", level: "should" }]);
});

test("judged by the command line, it is told what it does when HubSpot asks twice, and of no “must”", async ({
  page,
  complaints,
}) => {
  const { sessions } = await walk(async () => page, {
    address: "https://app.hubspot.com/",
    url: "https://app.example/?logged-in",
    settings: {},
  });
  const findings = merge(...sessions.map(judge)).filter(({ status }) => status === "fail");
  expect(findings).toMatchObject([
    { rule: "dialing-context-given", level: "should" },
    { rule: "one-call-a-dial", level: "should", words: "A call to +447700900142 was on already." },
  ]);
  // The SDK's, at what is no message.
  expect(complaints.splice(0).filter((said) => !said.includes("[calling-ext"))).toEqual([
    expect.stringMatching(/\bof null \(reading 'type'\)|\bproperty "type", .+ is null/),
  ]);
});

test("HubSpot's first demo app, as it was published, makes a call and takes one", async ({
  complaints,
  context,
  hubspot,
  widget,
}) => {
  const demo = resolve("hubspot-first-demo/demo/index.js");
  const { outputFiles } = await build({ entryPoints: [demo], bundle: true, write: false });
  const html = await readFile(demo.replace(/js$/, "html"), "utf8");
  await context.route(/^https:\/\/(?!localhost|hubspot\.localhost)/, (route) => {
    const { hostname, pathname } = new URL(route.request().url());
    // Its style comes from three strangers.
    if (hostname !== "app.example") return route.abort();
    return pathname === "/"
      ? route.fulfill({ contentType: "text/html", body: html })
      : route.fulfill({ contentType: "text/javascript", body: outputFiles[0]?.text ?? "" });
  });
  const click = (button: string) => widget.getByRole("button", { name: button }).click();

  await hubspot.install("First demo", "https://app.example/", {
    supportsInboundCalling: true,
    usesCallingWindow: false,
  });
  await hubspot.call();
  await expect(widget.getByText("ENGAGEMENT_CREATED")).toBeVisible();
  expect(await hubspot.heard("OUTGOING_CALL_STARTED")).toEqual({
    createEngagement: true,
    phoneNumber: "+447700900142",
  });
  for (const button of ["call answered", "call ended", "call completed"]) await click(button);
  await expect
    .poll(() => hubspot.timeline())
    .toMatchObject([{ recordIds: [37621684101, 18934410201] }]);

  // Its script listens for a button that its page has no more, and gives the call neither number nor engagement.
  await widget
    .locator(".controls")
    .evaluate((controls) =>
      controls.append(
        Object.assign(document.createElement("input"), { type: "button", value: "incoming call" }),
      ),
    );
  await hubspot.page.getByRole("button", { name: "First demo" }).click();
  await click("incoming call");
  await expect(hubspot.page.getByText("Hang up")).toBeVisible();
  await click("call answered");
  await click("call ended");
  await expect(hubspot.page.getByText("Hang up")).toBeHidden();
  await click("call completed");
  await expect(widget.locator(".controls")).toBeHidden();
  // Firefox complains of the strangers that are not there.
  const strangers = /code\.jquery\.com|cdnjs\.cloudflare\.com|maxcdn\.bootstrapcdn\.com/;
  complaints.push(...complaints.splice(0).filter((said) => !strangers.test(said)));
});
