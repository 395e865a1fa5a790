// The hint to a first call, for a person who opens the local HubSpot for the first time.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test, violations, widgetUrl } from "./fixtures.ts";

const hintIn = (page: Page) => page.getByRole("region", { name: "Your first call" });

test.beforeEach(async ({ context, hubspot: { page } }) => {
  await expect(page.locator("#records a").first()).toBeVisible();
  await expect(page.locator("#first-call"), "for a program that drives a browser").toHaveCount(0);
  await context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "webdriver", { get: () => false });
  });
  await page.reload();
});

test("the hint leads to a call on the timeline in three steps, and then stays away", async ({
  page,
  hubspot,
  widget,
}) => {
  const hint = hintIn(page);
  const next = hint.locator("[aria-current=step]");
  const click = (name: string) => widget.getByRole("button", { name }).click();
  await expect(next).toContainText("Open the app and log in.");
  await expect(hint.getByRole("link", { name: widgetUrl })).toHaveAttribute("target", "_blank");
  expect(await violations(page)).toEqual([]);
  const steps = await page.locator("#first-call li").allTextContents();

  await hubspot.call();
  await expect(hubspot.alerts()).toContainText("logged out");
  await expect(next).toContainText("Open the app and log in.");
  await click("Log in");
  await expect(next).toContainText("Start a call.");
  await page.reload();
  await expect(next).toContainText("Start a call.");
  await hubspot.call();
  await click("Outgoing call started");
  await expect(next).toContainText("Put it on the timeline.");
  expect(await violations(page)).toEqual([]);
  await click("Call answered");
  await click("Call ended");
  await expect(hint).toBeVisible();
  await click("Call completed");
  await expect(hint).toHaveCount(0);

  await page.getByRole("button", { name: "Start afresh" }).click();
  const tab = await hubspot.newTab();
  await expect(tab.page.locator("#records a").first()).toBeVisible();
  await expect(hintIn(tab.page)).toHaveCount(0);

  // The document says the same, in the same order.
  const document = await readFile("src/documents/widget.md", "utf8");
  const said = document.replace(/[*`]/g, "").replaceAll("https://localhost:9025/", widgetUrl);
  steps.forEach((step, index) => {
    expect(said).toContain(`\n${index + 1}. ${step}`);
  });
});

test("the hint can be dismissed, in all tabs, and is not in the calling window", async ({
  page,
  hubspot,
}) => {
  const tab = await hubspot.newTab();
  await expect(hintIn(tab.page)).toBeVisible();
  const window = await hubspot.openWindow();
  await expect(window.page.locator("#title")).toContainText("Calling window");
  await expect(window.page.locator("#first-call")).toBeHidden();
  await page.bringToFront();
  await hintIn(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(hintIn(page)).toHaveCount(0);
  await expect(page.locator("#callmenu > summary")).toBeFocused();
  await expect(hintIn(tab.page)).toHaveCount(0);
  await page.reload();
  await expect(page.locator("#records a").first()).toBeVisible();
  await expect(hintIn(page)).toHaveCount(0);
});
