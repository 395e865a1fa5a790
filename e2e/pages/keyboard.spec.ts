// The local HubSpot by keyboard: from Call into the app, and from a completed call back to Call.
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const callMenu = (page: Page) => page.locator("#callmenu > summary");

/** Opens the call menu and presses "Call with …" in it. */
async function call(page: Page): Promise<void> {
  await callMenu(page).focus();
  await page.keyboard.press("Enter");
  for (const field of ["Number", "Call from"]) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("combobox", { name: field })).toBeFocused();
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
}

test("after Call the next Tab is in the widget, wherever the focus was there", async ({
  hubspot,
  page,
  widget,
}) => {
  await call(page);
  const logIn = widget.getByRole("button", { name: "Log in" });
  await expect(logIn).toBeEnabled();
  await page.keyboard.press("Tab");
  await expect(logIn).toBeFocused();
  await page.keyboard.press("Enter");
  await hubspot.heard("LOGGED_IN");

  // At the widget's end, from where Tab would lead out of it.
  await widget.locator("summary").last().focus();
  await call(page);
  await expect(widget.locator("#about")).toContainText("Contact, record 37621684101");
  await page.keyboard.press("Tab");
  await expect(widget.locator(":is(button:enabled, summary, input):visible").first()).toBeFocused();
});

test("after “Call completed” the focus is on HubSpot's Call", async ({ hubspot, page, widget }) => {
  await hubspot.logIn();
  await hubspot.call();
  for (const name of ["Outgoing call started", "Call ended", "Call completed"]) {
    const button = widget.getByRole("button", { name });
    // What is disabled still takes no key.
    await expect(button).toBeEnabled();
    await button.press("Enter");
  }
  await expect(callMenu(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Call from" })).toBeVisible();
});

test("… unless its user is elsewhere in HubSpot", async ({ hubspot, page, widget }) => {
  await hubspot.logIn();
  await hubspot.call();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call ended" }).click();
  const record = page.locator("#records").getByRole("link", { name: "Ada Lovelace" });
  await record.focus();
  // A click that takes no focus, as the app's own timer could do it.
  const completed = widget.getByRole("button", { name: "Call completed" });
  await expect(completed).toBeEnabled();
  await completed.dispatchEvent("click");
  await expect(page.locator("#panel")).toBeHidden();
  await expect(record).toBeFocused();
});
