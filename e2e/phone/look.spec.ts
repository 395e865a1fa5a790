// The phone's screens as such: what axe says of each, the keyboard alone, room at every size, and its bytes.
import { readFile } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";
import { pages } from "../../build.mjs";
import { violations, violationsIn } from "../pages/fixtures.ts";
import { root } from "../programs.ts";
import { expect, inTabs, inWindow, type Phone, phoneUrl, test, voice } from "./phone.ts";

/** Does something on each screen of a day, in order. */
async function eachScreen(phone: Phone, look: (screen: string) => Promise<void>): Promise<void> {
  const at = async (screen: string, name = screen) => {
    await phone.shows(screen);
    await look(name);
  };
  await at("log in");
  await phone.logIn();
  await at("away");
  await phone.available();
  await phone.hubspot.dial();
  await expect(phone.at("toNumber")).not.toHaveValue("");
  await at("keypad");
  await phone.at("toNumber").fill("203");
  await phone.click("Call");
  await expect(phone.status).toHaveText("Ringing…");
  await at("calling");
  await phone.click("Cancel");
  await phone.shows("ended");
  await phone.save();
  await phone.click("Ring me");
  await at("incoming");
  await phone.click("Answer");
  await expect(phone.at("quality")).not.toBeEmpty();
  await phone.frame.getByLabel("Notes").fill("Asks for the manual.");
  await at("in call");
  for (const name of ["Keypad", "Transfer", "Devices"]) {
    await phone.click(name);
    await look(name.toLowerCase());
    await phone.click("Close");
    await expect(phone.frame.getByRole("dialog", { name })).toBeHidden();
  }
  await phone.click("Mute");
  await phone.click("Record");
  await look("consent");
  await phone.click("They agree: record");
  await expect(phone.button("Record")).toHaveAttribute("aria-pressed", "true");
  await look("recording");
  await phone.hubspot.dial({ phoneNumber: "+44 20 7946 0077" });
  await phone.reload();
  await at("lost");
  await phone.click("Complete");
  await at("ended");
}

test.describe("on every screen of a day", () => {
  test.use({ settings: inTabs });

  test("there is one primary action, axe finds nothing in light and in dark colours, and nothing has to be scrolled sideways at 200 % zoom", async ({
    phone,
    page,
  }) => {
    // Half of 400 px is HubSpot's frame at 200 % zoom.
    const frame = page.locator("#hubspot-calling-extension-iframe");
    await frame.evaluate((element) => {
      element.style.width = "200px";
    });
    const found: object[] = [];
    await eachScreen(phone, async (screen) => {
      const own = await phone.own();
      for (const violation of await violationsIn(own)) found.push({ screen, violation });
      const over = await own.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, screen).toBe(0);
      const primary = await own
        .locator("main .primary")
        .filter({ visible: true })
        .allTextContents();
      expect(primary, screen).toHaveLength(1);
    });
    expect(found).toEqual([]);
  });
});

test.describe("in a calling window", () => {
  test.use({ settings: inWindow });
  test("axe finds nothing while the window is closed", async ({ phone, page }) => {
    await phone.shows("no window");
    expect(await violations(page)).toEqual([]);
  });
});

test("outside HubSpot it says so, and leads to the local HubSpot", async ({ page }) => {
  await page.goto(phoneUrl);
  await expect(page.getByText("The phone works inside HubSpot.")).toBeVisible();
  // No HubSpot is there that could open one.
  await expect(page.getByText("Open calling window")).toBeHidden();
  expect(await violations(page)).toEqual([]);
  for (const width of [200, 320, 400, 1280]) {
    await page.setViewportSize({ width, height: 600 });
    const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrollWidth).toBeLessThanOrEqual(width);
  }
  await page.getByRole("link", { name: "Open the local HubSpot" }).click();
  await expect(page.getByText("Not HubSpot: a stand-in")).toBeVisible();
});

test("by the keyboard alone: digits dial, Enter calls, digits are sent, and Escape declines", async ({
  phone,
  hubspot,
}) => {
  const { keyboard } = phone.page;
  await hubspot.call();
  await phone.button("Log in").focus();
  await keyboard.press("Enter");
  await phone.shows("away");
  await keyboard.type("+1212555014399");
  await expect(phone.at("toNumber")).toHaveValue("+1 212 555 014 399");
  await keyboard.press("Backspace");
  await keyboard.press("Backspace");
  await expect(phone.at("toNumber")).toHaveValue("+1 212 555 0143");
  await keyboard.press("Enter");
  await phone.shows("in call");
  await keyboard.type("12#");
  await phone.click("Keypad");
  await expect(phone.at("sent")).toHaveText("12#");
  await keyboard.press("Escape");
  await phone.shows("in call");
  // Digits in the notes are notes.
  await phone.frame.getByLabel("Notes").focus();
  await keyboard.type("Call 12");
  await expect(phone.frame.getByLabel("Notes")).toHaveValue("Call 12");
  await phone.button("Hang up").focus();
  await keyboard.press("Enter");
  await phone.shows("ended");
  await expect(phone.button("Save")).toBeFocused();
  await keyboard.press("Enter");
  await hubspot.heard("CALL_COMPLETED");

  await hubspot.call();
  await phone.at("toNumber").fill("203");
  await keyboard.press("Enter");
  await phone.shows("calling");
  await keyboard.press("Escape");
  await phone.shows("ended");
  expect(await hubspot.heard("CALL_ENDED", 2)).toMatchObject({ callEndStatus: "CANCELED" });
});

test("a number is pasted, keyed, and made shorter; 0 held down is a plus", async ({ phone }) => {
  await phone.asked();
  const number = phone.at("toNumber");
  await number.fill("");
  await number.evaluate((input) => {
    input.focus();
    document.execCommand("insertText", false, "+442079460018");
  });
  await expect(number).toHaveValue("+44 207 946 0018");
  await phone.click("Delete the last digit");
  await expect(number).toHaveValue("+44 207 946 001");
  await number.fill("");
  await phone.button("0").click({ delay: 600 });
  await phone.click("1");
  await phone.click("2");
  await expect(number).toHaveValue("+1 2");
  // What cannot be dialled is not, and the phone says why.
  await number.fill("nobody");
  await phone.click("Call");
  await expect(phone.at("notice")).toContainText("This cannot be dialled.");
  await phone.click("Dismiss");
  await expect(phone.at("banner")).toBeHidden();
  await phone.shows("away");
});

test("the caller is chosen among the user's own numbers", async ({ phone, hubspot }) => {
  await phone.asked();
  await phone.frame.getByLabel("From").selectOption("+44 20 7946 0000");
  await phone.click("Call");
  expect(await hubspot.heard("OUTGOING_CALL_STARTED")).toMatchObject({
    fromNumber: "+44 20 7946 0000",
  });
  await phone.hears(voice);
});

test("without a microphone the call goes on, and the phone says why nobody hears", async ({
  phone,
}) => {
  await phone.asked();
  await (await phone.own()).evaluate(() => {
    window.microphone = "NotAllowedError";
  });
  await phone.click("Call");
  await expect(phone.at("notice")).toContainText("does not let this page use the microphone");
  await phone.click("Dismiss");
  await expect(phone.at("banner")).toBeHidden();
  await expect(phone.status).toHaveText("Muted");
  await (await phone.own()).evaluate((voice) => {
    window.microphone = voice;
  }, voice);
  await phone.click("Mute");
  await phone.hears(voice);
});

test("the phone fits its budget, and the widget loads nothing of it", async () => {
  const budget = pages.find(({ name }) => name === "phone.html")?.budget;
  expect(budget).toBe(26_624);
  const phone = await readFile(`${root}static/phone.html`);
  expect(brotliCompressSync(phone).length).toBeLessThanOrEqual(26_624);
  const widget = await readFile(`${root}static/index.html`, "utf8");
  for (const words of ["RTCPeerConnection", "AudioContext", "getUserMedia"]) {
    expect(phone.includes(words)).toBe(true);
    expect(widget).not.toContain(words);
  }
});
