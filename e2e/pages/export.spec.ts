// The widget's "Copy JSON": a session that the local HubSpot loads, and that is judged as HubSpot's own record of it.
import type { FrameLocator, Page } from "@playwright/test";
import { readSessions } from "../../src/rules/report.ts";
import { judge, merge } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { expect, type HubSpot, heardBy, pasted, test, withoutRepeats } from "./fixtures.ts";

/** What the widget's user has on the clipboard, in one of HubSpot's pages. */
async function copied(page: Page) {
  const button = widgetIn(page).getByRole("button", { name: "Copy JSON" });
  await page.bringToFront();
  await button.press("Enter");
  await expect(button).toBeFocused();
  const text = await pasted(page);
  const read = readSessions(text);
  if (typeof read === "string") throw new Error(read);
  return { ...read, text };
}

const widgetIn = (page: Page): FrameLocator =>
  page.frameLocator("#hubspot-calling-extension-iframe");

const typesOf = (session: Session) => withoutRepeats(session).map(({ type }) => type);

const verdict = (sessions: readonly Session[]) =>
  merge(...sessions.map((session) => judge({ ...session, isOver: true })))
    .map(({ rule, status, seen, broken }) => `${rule}: ${status}, ${seen}, ${broken}`)
    .sort();

async function makeCall(hubspot: HubSpot, widget: FrameLocator): Promise<void> {
  await hubspot.dial();
  for (const button of ["outgoingcall", "answercall", "endcall"]) {
    await widget.locator(`#${button}`).click();
    if (button === "outgoingcall")
      await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  }
  await widget.locator("#keepOpen").evaluate((box: HTMLInputElement) => box.click());
  await widget.locator("#notes").fill("As agreed");
  await widget.locator("#completecall").click();
  await expect(widget.locator("#notice")).toContainText("on the timeline");
}

test("a call in the panel is copied with all that was said, and the local HubSpot loads it", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  await makeCall(hubspot, widget);
  const { app, sessions, text } = await copied(page);
  const own = await heardBy(hubspot);
  expect(app).toEqual({ name: "Calling widget", url: expect.stringMatching(/^https:/) });
  expect(sessions.flatMap(typesOf)).toEqual(typesOf(own));
  expect(verdict(sessions)).toEqual(verdict([own]));
  expect(verdict(sessions)).toContain("saved: pass, 1, 0");

  const file = { name: "session.json", mimeType: "application/json", buffer: Buffer.from(text) };
  await page.locator("#rules > summary").click();
  await page.locator("#session-file").setInputFiles(file);
  await expect(page.locator("#rules-loaded-name")).toContainText("session.json · Calling widget");
  await page.getByRole("button", { name: "Back to this tab" }).click();
  await page.keyboard.press("Control+V");
  await expect(page.locator("#rules-loaded-name")).toContainText("Pasted · Calling widget");
  await expect(page.locator("#rules-summary")).toContainText("0 broken");
});

test("… and so is a call in the calling window, with what the tab's frame said", async ({
  hubspot,
}) => {
  await hubspot.set({ usesRemote: true });
  const calling = await hubspot.openWindow();
  await widgetIn(calling.page).locator("#login").click();
  await expect(widgetIn(calling.page).locator("#status")).toHaveText("Ready to call");
  await makeCall(hubspot, widgetIn(calling.page));
  const own = await heardBy(hubspot);
  const { sessions } = await copied(hubspot.page);
  expect(verdict(sessions)).toEqual(verdict([own]));
  expect(verdict(sessions)).toContain("window-talks: pass, 4, 0");

  // A tab that comes later is told all, and each frame's handshake is there once.
  const later = await copied((await hubspot.newTab()).page);
  const said = later.sessions.flatMap(({ messages }) => messages);
  for (const type of ["SYNC", "SYNC_ACK"]) {
    const loads = said.filter((message) => message.type === type).map(({ load }) => load);
    expect(loads).toEqual([...new Set(loads)]);
    expect(loads.length).toBeGreaterThan(1);
  }
  expect(verdict(later.sessions).filter((one) => one.includes(": fail"))).toEqual([]);
});

test("what is no JSON is copied in words", async ({ hubspot, page }) => {
  await hubspot.logIn();
  await page.evaluate(() => {
    const endless: { self?: unknown } = {};
    endless.self = endless;
    window.hubspot.send("VISIBILITY_CHANGED", endless);
  });
  await expect(widgetIn(page).locator("#log code").first()).toHaveText("VISIBILITY_CHANGED");
  const { sessions } = await copied(page);
  expect(sessions[0]?.messages.at(-1)?.data).toMatch(/circular|cyclic/);
});
