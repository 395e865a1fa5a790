// Several frames of the phone, one call: the sound is where the call is held, and every frame's clicks act there.
import { expect, HubSpot } from "../pages/fixtures.ts";
import { inTabs, inWindow, Phone, test, voice } from "./phone.ts";

async function openWindow(from: Phone): Promise<Phone> {
  const opening = from.page.context().waitForEvent("page");
  await from.frame.getByRole("link", { name: "Open calling window" }).click();
  return new Phone(new HubSpot(await opening));
}

/** Clicks in one frame, and each frame shows what comes of it. */
async function everywhere(
  phones: Phone[],
  at: Phone,
  button: string,
  status: string,
): Promise<void> {
  await at.click(button);
  for (const phone of phones) await expect(phone.status).toHaveText(status);
}

test.describe("with a calling window", () => {
  test.use({ settings: inWindow });

  test("the window has the sound, and a tab has all the buttons", async ({
    phone: tab,
    hubspot,
  }) => {
    test.slow();
    await tab.shows("no window");
    const popup = await openWindow(tab);
    await tab.shows("log in");
    const both = [tab, popup];
    await tab.logIn();
    await popup.shows("away");
    await popup.available();
    await hubspot.dial();
    await tab.click("Call");
    await popup.hears(voice);
    await tab.shows("in call");
    expect(await tab.heard()).toEqual([]);
    const touched = await (await tab.own()).evaluate(() => window.person.touched());
    expect(touched).toEqual([]);

    await everywhere(both, tab, "Mute", "Muted");
    await popup.silent();
    await everywhere(both, popup, "Mute", "In call");
    await everywhere(both, tab, "Hold", "On hold");
    await popup.silent();
    await everywhere(both, popup, "Hold", "In call");
    await popup.hears(voice);
    await tab.click("Keypad");
    await tab.page.keyboard.press("7");
    await tab.page.keyboard.press("Escape");
    await popup.click("Keypad");
    await expect(popup.at("sent")).toHaveText("7");
    await popup.page.keyboard.press("Escape");
    await tab.frame.getByLabel("Notes").fill("Written in the tab");
    await everywhere(both, tab, "Hang up", "Call ended");
    await popup.silent();
    await expect(popup.frame.getByLabel("Notes")).toHaveValue("Written in the tab");
    await popup.click("Save");
    await tab.shows("keypad");

    await tab.click("Ring me");
    await popup.hears(784);
    await tab.click("Answer");
    await popup.hears(voice);
    await tab.click("Transfer");
    await tab.frame.getByLabel("Transfer to").fill("201");
    await tab.page.keyboard.press("Enter");
    for (const phone of both) await phone.shows("ended");
    await popup.silent();
    await tab.click("Save");
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(2);
    await expect(popup.hubspot).toKeepTheRules();
  });

  test("a window that is loaded again during a call has lost its sound, and every frame says so", async ({
    phone: tab,
    hubspot,
  }) => {
    await tab.shows("no window");
    const popup = await openWindow(tab);
    await tab.logIn();
    await hubspot.dial();
    await tab.click("Call");
    await popup.hears(voice);
    popup.page.on("dialog", (dialog) => dialog.accept());
    await popup.page.reload();
    await popup.shows("lost");
    await tab.shows("lost");
    await tab.click("Complete");
    await tab.frame.getByLabel("Notes").fill("Cut off.");
    await tab.click("Save");
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
    await tab.shows("away");
    await expect(popup.hubspot).toKeepTheRules();
  });
});

test.describe("in two tabs", () => {
  test.use({ settings: inTabs });

  test("the first one has the sound; when it is loaded again, or closed, the call is without a voice and goes on in the other", async ({
    phone: first,
    hubspot,
  }) => {
    test.slow();
    await first.logIn();
    const second = new Phone(await hubspot.newTab());
    await second.shows("away");
    await second.available();
    await second.click("Ring me");
    for (const phone of [first, second]) await phone.shows("incoming");
    await second.click("Answer");
    await first.hears(voice);
    expect(await second.heard()).toEqual([]);
    await first.reload();
    for (const phone of [first, second]) await phone.shows("lost");
    // It has a line of its own from now on.
    await first.click("Complete");
    await second.save();
    await second.click("Ring me");
    await first.click("Answer");
    await second.hears(voice);
    await second.page.close({ runBeforeUnload: false });
    await first.shows("lost");
    await first.click("Call back");
    await first.shows("in call");
    await first.hears(voice);
    await first.click("Hang up");
    await first.save();
    await expect(hubspot).toKeepTheRules();
  });
});

test("a panel whose frame is loaded again during a call has the call and not its sound, and is logged in as before", async ({
  phone,
  hubspot,
}) => {
  await phone.asked();
  await phone.click("Call");
  await phone.hears(voice);
  await phone.frame.getByLabel("Notes").fill("Before.");
  await phone.reload();
  await phone.shows("lost");
  await expect(phone.frame.getByLabel("Notes")).toHaveValue("Before.");
  await phone.click("Complete");
  await phone.click("Save");
  await expect
    .poll(async () => (await hubspot.timeline())[0]?.properties)
    .toMatchObject({
      hs_call_body: "Before.",
    });
  await expect(hubspot).toKeepTheRules();
});

test("the widget and the phone beside it have a call each", async ({ phone, hubspot, page }) => {
  await phone.asked();
  await phone.click("Call");
  await expect(phone.status).toHaveText("In call");
  const other = await hubspot.newTab();
  await other.page.evaluate(() => localStorage.clear());
  await other.page.reload();
  await other.page.locator("#callmenu > summary").click();
  await other.page.getByRole("combobox", { name: "Call from" }).selectOption("Demo App Local");
  await other.page.getByRole("button", { name: "Call with" }).click();
  const widget = other.page.frameLocator("#hubspot-calling-extension-iframe");
  await expect(widget.locator("#status")).toHaveText("Logged out");
  await page.bringToFront();
  await phone.click("Hang up");
});
