// Whole calls on the phone, with a real voice, as the person at the screen and HubSpot have them.
import { expect, inTabs, test, voice } from "./phone.ts";

test("from a fresh start to one's own voice: Demo App Phone, Call", async ({
  page,
  phone,
  hubspot,
}) => {
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await page.locator("#callmenu > summary").click();
  await page.getByRole("combobox", { name: "Call from" }).selectOption("Demo App Phone");
  await page.getByRole("button", { name: "Call with" }).click();
  await phone.logIn();
  await hubspot.call();
  await expect(phone.at("toNumber")).toHaveValue("+44 770 090 0142");
  await expect(phone.at("asked")).toHaveText("Contact, record 37621684101 · asked for by HubSpot");

  await phone.click("Call");
  await phone.hears(voice, 10_000);
  await expect(phone.status).toHaveText("In call");
  await expect(phone.at("quality")).toHaveText(/^(Good|Fair|Poor) line$/);
  await phone.frame.getByLabel("Notes").fill("Hears himself.");
  await phone.click("Hang up");
  await phone.silent();
  await phone.frame.getByLabel("Outcome").selectOption("Connected");
  await phone.click("Save");
  await expect
    .poll(async () => (await hubspot.timeline())[0]?.properties)
    .toMatchObject({
      hs_call_body: "Hears himself.",
      hs_call_status: "COMPLETED",
      hs_call_direction: "OUTBOUND",
    });
  await expect(hubspot).toKeepTheRules();
});

test("before the first click nothing is touched, and nothing is ever asked of a server", async ({
  phone,
  page,
}) => {
  const requests: string[] = [];
  page.on("request", (request) => {
    // HubSpot's page tells its own server of the call.
    if (request.frame() !== page.mainFrame()) requests.push(request.url());
  });
  await phone.hubspot.openApp();
  await phone.shows("log in");
  const touched = async () => (await phone.own()).evaluate(() => window.person.touched());
  expect(await touched()).toEqual([]);
  await phone.logIn();
  expect(await touched()).toEqual([]);
  requests.length = 0;
  await phone.at("toNumber").fill("201");
  await phone.click("Call");
  await phone.hears(440);
  await phone.click("Hang up");
  expect(requests).toEqual([]);
});

test("a call that is not answered says why, and HubSpot hears how it ended", async ({
  phone,
  hubspot,
}) => {
  await phone.asked();
  let calls = 0;
  for (const { number, status, words } of [
    { number: "202", status: "BUSY", words: "The line is busy." },
    { number: "204", status: "REJECTED", words: "The call was declined." },
    { number: "208", status: "FAILED", words: "Nobody has this number." },
  ]) {
    await phone.at("toNumber").fill(number);
    await phone.at("toNumber").press("Enter");
    await phone.shows("ended");
    await expect(phone.status).toHaveText(words);
    expect(await hubspot.heard("CALL_ENDED", ++calls)).toMatchObject({ callEndStatus: status });
    await phone.click("Save");
    await hubspot.heard("CALL_COMPLETED", calls);
    await hubspot.dial();
    await phone.shows("away");
  }
  await expect(hubspot).toKeepTheRules();
});

test("muted, held, keyed, recorded and transferred: each is heard, and shown", async ({
  browserName,
  phone,
  hubspot,
}) => {
  await phone.asked();
  await phone.click("Call");
  await phone.hears(voice);
  await phone.click("Mute");
  await expect(phone.status).toHaveText("Muted");
  await phone.silent();
  await phone.click("Mute");
  await phone.hears(voice);
  await phone.click("Hold");
  await expect(phone.status).toHaveText("On hold");
  await phone.silent();
  await phone.click("Hold");
  await phone.hears(voice);

  // Nothing is recorded before the user says that the others agree.
  await phone.click("Record");
  await phone.click("Do not record");
  await expect(phone.button("Record")).toHaveAttribute("aria-pressed", "false");
  await phone.click("Record");
  await phone.click("They agree: record");
  await expect(phone.button("Record")).toHaveAttribute("aria-pressed", "true");

  await phone.click("Keypad");
  await phone.frame
    .getByRole("dialog", { name: "Keypad" })
    .getByRole("button", { name: "5" })
    .click();
  await phone.page.keyboard.press("#");
  await expect(phone.at("sent")).toHaveText("5#");
  await phone.page.keyboard.press("Escape");
  await expect(phone.at("sent")).toBeHidden();

  await phone.click("Devices");
  await expect(phone.frame.getByLabel("Microphone").locator("option")).not.toHaveCount(0);
  await phone.page.keyboard.press("Escape");

  await phone.click("Transfer");
  await phone.frame.getByLabel("Transfer to").fill("201");
  await phone.frame
    .getByRole("dialog", { name: "Transfer" })
    .getByRole("button", { name: "Transfer" })
    .click();
  await phone.shows("ended");
  await hubspot.heard("CALL_TRANSFERRED");
  const player = phone.frame.getByLabel("Recording", { exact: true });
  await expect(player).toBeVisible();
  const seconds = () => player.evaluate((played) => (played as HTMLAudioElement).readyState);
  await expect.poll(seconds).toBeGreaterThan(0);
  const format = await (await phone.own()).evaluate(() =>
    MediaRecorder.isTypeSupported("audio/mp4") ? "mp4" : "webm",
  );
  const link = phone.frame.getByRole("link", { name: "Save the recording" });
  if (browserName === "chromium") {
    const downloading = phone.page.waitForEvent("download");
    await link.click();
    expect((await downloading).suggestedFilename()).toBe(`recording.${format}`);
  } else {
    // Whether a frame may download is up to HubSpot there.
    await expect(link).toHaveCount(0);
    await expect(phone.frame.getByText("To save it, right-click the player.")).toBeVisible();
  }
  await phone.click("Save");
  await hubspot.heard("CALL_COMPLETED");
  await expect(hubspot).toKeepTheRules();
});

test("what HubSpot asks for during a call is called next, once this one is saved", async ({
  phone,
  hubspot,
}) => {
  await phone.asked();
  await phone.click("Call");
  await expect(phone.status).toHaveText("In call");
  await hubspot.dial({ phoneNumber: "+44 20 7946 0077" });
  await phone.click("Hang up");
  await phone.click("Save and call +44 207 946 0077");
  await expect(phone.status).toHaveText("In call");
  await expect(phone.at("callee")).toHaveText("+44 207 946 0077");
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
  await phone.click("Hang up");
  await phone.click("Save");
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(2);
  await expect(hubspot).toKeepTheRules();
});

test.describe("in the navigation bar", () => {
  test.use({ settings: inTabs });

  test("a contact calls: it rings, is answered, and is on the timeline", async ({
    phone,
    hubspot,
  }) => {
    await phone.logIn();
    await phone.available();
    await phone.click("Ring me");
    await phone.shows("incoming");
    await phone.hears(784);
    await expect(phone.at("callee")).toHaveText("Grace Hopper");
    await expect(phone.at("about")).toHaveText("+1 212 555 0143 · to +1 212 555 0100");
    await phone.click("Answer");
    await phone.hears(voice);
    await phone.frame.getByLabel("Notes").fill("Asks for the manual.");
    await phone.click("Hang up");
    await phone.click("Save");
    await expect
      .poll(async () => (await hubspot.timeline())[0]?.properties)
      .toMatchObject({
        hs_call_body: "Asks for the manual.",
        hs_call_direction: "INBOUND",
      });
    await expect(hubspot).toKeepTheRules();
  });

  test("“Let them call” on a record makes the phone ring with its number, with an unknown one, and with none", async ({
    phone,
    hubspot,
    page,
  }) => {
    await phone.logIn();
    await phone.available();
    for (const [number, caller] of [
      ["as themselves", "Ada Lovelace"],
      ["as a stranger", "+1 212 555 0199"],
      ["anonymously", "Withheld number"],
    ] as const) {
      await page.locator("#callmenu > summary").click();
      await page.getByLabel("How they call").selectOption(number);
      await page.getByRole("button", { name: "Let them call" }).click();
      await phone.shows("incoming");
      await expect(phone.at("callee")).toHaveText(caller);
      await phone.click("Decline");
      await phone.save();
    }
    await expect(hubspot).toKeepTheRules();
    expect(await hubspot.conversation()).not.toContain("app: ERROR");
  });

  test("unknown and withheld numbers call, and are declined", async ({ phone, hubspot }) => {
    await phone.logIn();
    await phone.available();
    let calls = 0;
    for (const [caller, name] of [
      ["An unknown number", "+1 212 555 0199"],
      ["A withheld number", "Withheld number"],
    ] as const) {
      await phone.at("caller").selectOption(caller);
      await phone.click("Ring me");
      await expect(phone.at("callee")).toHaveText(name);
      await expect(phone.at("about")).toHaveText("No record has this number · to +1 212 555 0100");
      await phone.click("Decline");
      await phone.shows("ended");
      expect(await hubspot.heard("CALL_ENDED", ++calls)).toMatchObject({
        callEndStatus: "REJECTED",
      });
      await phone.silent();
      await phone.save();
    }
    await expect(hubspot).toKeepTheRules();
  });

  test("a call while the user is away does not ring, and is listed as missed", async ({
    phone,
    hubspot,
  }) => {
    await phone.logIn();
    await expect(phone.at("asked")).toHaveText("You are away: calls to you are listed as missed.");
    await phone.click("Ring me");
    await expect(phone.at("missed")).toContainText("Missed call: +1 212 555 0143");
    await phone.shows("away");
    expect(await phone.heard()).toEqual([]);
    expect(await hubspot.conversation()).not.toContain("app: INCOMING_CALL");
  });

  test("the caller's record is opened, and the call is there, without its sound: it is called back", async ({
    phone,
    hubspot,
    page,
  }) => {
    page.on("dialog", (dialog) => dialog.accept());
    await phone.logIn();
    await phone.available();
    await phone.at("caller").selectOption("A contact");
    await phone.click("Ring me");
    await phone.click("Answer");
    await phone.hears(voice);
    await phone.click("Open record");
    await phone.shows("lost");
    await expect(phone.at("lost")).toContainText("The call’s sound is gone");
    await phone.frame.getByLabel("Notes").fill("Cut off.");
    await phone.click("Call back");
    await phone.hears(voice);
    await expect(phone.at("callee")).toHaveText("+1 212 555 0143");
    await expect
      .poll(async () => (await hubspot.timeline())[0]?.properties)
      .toMatchObject({
        hs_call_body: "Cut off.",
        hs_call_status: "FAILED",
      });
    await phone.click("Hang up");
    await phone.click("Save");
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(2);
  });
});
