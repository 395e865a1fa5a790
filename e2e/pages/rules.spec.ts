// The panel "Rules" in the local HubSpot: live, with links into the chart, copied, downloaded, loaded again, and replayed.
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { readSessions } from "../../src/rules/report.ts";
import {
  BareApp,
  test as base,
  expect,
  letCopy,
  noDownloads,
  pasted,
  violations,
} from "./fixtures.ts";

const test = base.extend<{ bareApp: BareApp }>({
  bareApp: async ({ hubspot }, use) => {
    const app = await BareApp.install(hubspot);
    await hubspot.call();
    await app.initialize();
    await use(app);
  },
});

const panel = (page: Page) => page.locator("#rules");
const open = (page: Page) => panel(page).getByText("Rules", { exact: false }).first().click();
const news = (page: Page) => page.locator("#rules-news");
const start = { externalCallId: "call-1", fromNumber: "+12125550100", toNumber: "+447700900142" };

test("findings come as the app speaks, the broken ones first, and lead to the message", async ({
  bareApp: app,
  page,
}) => {
  await expect(panel(page)).toContainText(
    /\d+ untried \(\d+ must, \d+ should\), 0 broken, \d+ kept \(/,
  );
  await open(page);
  const first = page.locator("#findings > li").first();
  await expect(first).toContainText("SYNC is answered with SYNC_ACK within 30 s");
  await expect(first).toContainText("must · seen once");
  await app.say("CALL_ENDED", `{ externalCallId: "call-1", callEndStatus: "GONE" }`);
  await app.say("ERROR", `{ text: "none" }`);
  await expect(panel(page)).toContainText("3 broken");
  await expect(first).toContainText("callEndStatus is “GONE”");
  await expect(first).toContainText("must");
  await expect(page.locator("#findings > li").nth(1)).toContainText("message is missing.");
  await first.getByText("callEndStatus is one of HubSpot’s").click();
  await expect(first).toContainText("HubSpot cannot show how the call ended.");
  await expect(first).toContainText(`extensions.callEnded({ externalCallId, engagementId`);
  await expect(first).toContainText("SDK type EndStatus");

  await first.getByRole("button", { name: "CALL_ENDED in the chart" }).click();
  await expect(page.locator("#messages summary:focus")).toContainText("CALL_ENDED");
  await expect(page.locator("#messages")).toContainText(`"callEndStatus": "GONE"`);
  // What the chart no longer has is shown in place.
  await page.getByRole("button", { name: "Clear" }).click();
  await app.say("ERROR", `{ text: "none" }`);
  await first.locator("details", { hasText: "CALL_ENDED" }).last().click();
  await expect(first).toContainText(`"callEndStatus": "GONE"`);
  expect(await violations(page)).toEqual([]);
});

test("the report is copied as Markdown", async ({ bareApp: app, page }) => {
  await letCopy(page);
  await app.say("ERROR", `{ text: "none" }`);
  await open(page);
  await page.getByRole("button", { name: "Copy report" }).click();
  await expect(news(page)).toHaveText("The report is on the clipboard, as Markdown.");
  const report = await pasted(page);
  expect(report).toMatch(/^# Bare app: \d+ untried \(.+\), 1 broken \(0 must, 1 should\)/);
  expect(report).toContain("- **should** ERROR has a message for HubSpot’s user (`error-message`)");
  expect(report).toContain("  - Message: ERROR in the widget, 20");
});

test("a session is downloaded, loaded in another browser and judged, and replayed to the app", async ({
  bareApp: app,
  hubspot,
  page,
  browser,
  browserName,
}) => {
  test.skip(browserName !== "chromium", noDownloads);
  const dialingContext = await app.heard("DIAL_NUMBER");
  const started = { ...start, createEngagement: true, dialingContext };
  await app.say("OUTGOING_CALL_STARTED", JSON.stringify(started));
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED");
  await hubspot.send("VISIBILITY_CHANGED", { isHidden: true });
  await app.say("ERROR", "{ text: 10n ** 30n }");
  await expect(panel(page)).toContainText("1 broken");
  await open(page);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^calling-session-.*\.json$/);
  const path = await download.path();
  const file = readSessions(await readFile(path, "utf8"));
  expect(file).toMatchObject({ app: { name: "Bare app", url: "https://app.example/" } });

  const other = await browser.newPage({ ignoreHTTPSErrors: true });
  await other.goto("/");
  await open(other);
  await other.getByRole("button", { name: "Replay" }).click();
  await expect(news(other)).toHaveText("Replayed 0 of HubSpot’s messages.");
  await other.locator("#session-file").setInputFiles(path);
  await expect(panel(other)).toContainText("1 broken");
  await expect(panel(other)).toContainText(" · Bare app");
  await expect(other.locator("#findings > li").first()).toContainText("message is missing.");
  await other.getByRole("button", { name: "Replay" }).click();
  await expect(news(other)).toHaveText("No calling app is connected: click Call first.");
  await other.getByRole("button", { name: "Back to this tab" }).click();
  await expect(panel(other)).toContainText("0 broken, 0 kept");
  await other.close();

  const before = (await app.frame.evaluate("heard.length")) as number;
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(news(page)).toHaveText("Replayed 4 of HubSpot’s messages.");
  const said = await app.frame.evaluate(`heard.slice(${before}).map(({ type }) => type)`);
  expect(said).toEqual([
    "DIAL_NUMBER",
    "CREATE_ENGAGEMENT_SUCCEEDED",
    "ENGAGEMENT_CREATED",
    "VISIBILITY_CHANGED",
  ]);
});

test("a replay pauses for a second at most, and can be stopped", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  const messages = [0, 3_600_000, 7_200_000].map((at) => ({
    at,
    frame: "widget" as const,
    load: "1",
    from: "hubspot" as const,
    type: "END_CALL",
    data: undefined,
  }));
  await page.clock.install();
  const replaying = page.evaluate((messages) => window.hubspot.replay({ messages }), messages);
  await page.clock.runFor(2100);
  expect(await replaying).toBe(3);
  expect(await app.all("END_CALL")).toHaveLength(3);

  await open(page);
  await hubspot.send("END_CALL");
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("button", { name: "Stop replay" }).click();
  await page.clock.runFor(5000);
  await expect(news(page)).toHaveText(/^Stopped after \d of HubSpot’s messages\.$/);
});

test("every session that is kept is replayed to the widget, which makes its next call all the same", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  await page.clock.install();
  const folder = new URL("../sessions/", import.meta.url);
  for (const file of readdirSync(folder)) {
    const read = readSessions(readFileSync(new URL(file, folder), "utf8"));
    if (typeof read === "string") throw new Error(`${file}: ${read}`);
    for (const session of read.sessions) {
      const replaying = page.evaluate((session) => window.hubspot.replay(session), session);
      await page.clock.runFor(session.messages.length * 1000);
      expect(await replaying, file).toBeGreaterThan(0);
    }
  }
  const to = widget.getByRole("textbox", { name: "To", exact: true });
  await expect(to).toHaveValue(/^\+?[\d() -]+$/);
  const toNumber = await to.inputValue();
  await widget.locator("#outgoingcall").click();
  expect(await hubspot.heard("OUTGOING_CALL_STARTED")).toMatchObject({ toNumber });
});

test("files that are no sessions are refused in words", async ({ hubspot }) => {
  const { page } = hubspot;
  await open(page);
  const session = { format: "hubspot-calling-session/1", app: { name: "A", url: "https://a/" } };
  for (const [text, words] of [
    ["not at all", "This file is not JSON."],
    ["[]", "This file is no session: it has no"],
    [JSON.stringify({ ...session, app: {} }), "does not say which app"],
    [JSON.stringify({ ...session, sessions: [{ messages: [{ type: "SYNC" }] }] }), "are damaged"],
    [JSON.stringify({ ...session, sessions: {} }), "are damaged"],
  ] as const) {
    const file = { name: "file.json", mimeType: "application/json", buffer: Buffer.from(text) };
    await page.locator("#session-file").setInputFiles(file);
    await expect(news(page)).toContainText(`file.json: `);
    await expect(news(page)).toContainText(words);
  }
});

test("the session goes on when the page is loaded again, and ends with another app or with “Start afresh”", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  const types = () => page.evaluate(() => window.hubspot.session.messages.map(({ type }) => type));
  await app.say("ERROR", `{ text: "none" }`);
  await expect(panel(page)).toContainText("1 broken");
  await page.reload();
  await expect(panel(page)).toContainText("1 broken");
  // The chart has it all, too, with a line between the pages.
  const said = page.locator("#messages > li");
  await expect(said.last()).toContainText("ERROR");
  const before = await said.count();
  await hubspot.call();
  await app.initialize();
  expect((await types()).filter((type) => type === "INITIALIZED")).toHaveLength(2);
  await expect(said.getByText("INITIALIZED")).toHaveCount(2);
  await expect(said.filter({ hasText: "Loaded anew" })).toHaveCount(1);
  await expect(said.nth(before)).toContainText("Loaded anew");
  await hubspot.install("Another", "https://other-app.example/");
  await hubspot.call();
  await app.initialize();
  expect((await types()).filter((type) => type === "INITIALIZED")).toHaveLength(1);
  await page.getByRole("button", { name: "Start afresh" }).click();
  await expect(panel(page)).toContainText("0 broken, 0 kept");
});
