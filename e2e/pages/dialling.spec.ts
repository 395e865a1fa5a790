// HubSpot's wish to dial: when it is refused, comes at a bad time, comes twice, or carries a bad number.
import { expect, test } from "./fixtures.ts";

test("HubSpot's payload has the documented shape", async ({ hubspot }) => {
  await hubspot.logIn();
  const phone = "+447700900142";
  await hubspot.dial();
  const { data } = (await hubspot.messages()).find(({ type }) => type === "DIAL_NUMBER") ?? {};
  expect(data).toEqual({
    phone_number: phone,
    phoneNumber: phone,
    countryCode: "GB",
    calleeInfo: { calleeId: 37621684101, calleeObjectTypeId: "0-1" },
    objectId: 37621684101,
    objectType: "CONTACT",
    subjectId: 0,
    threadId: 0,
    startTimestamp: expect.any(Number),
    toPhoneNumberSrc: "mobilephone",
    portalId: 62515,
    ownerId: 275088328,
  });
});

test("a call from each kind of record is on its timeline, and on that of who is called", async ({
  page,
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  // Jean Bartik has no number yet.
  await page.evaluate(() => window.hubspot.changeNumber(37621684103, "boat_phone", "+12125550166"));
  for (const [name, objectType, calleeObjectTypeId, toPhoneNumberSrc] of [
    ["Jean Bartik", "CONTACT", "0-1", "boat_phone"],
    ["Analytical Engines Ltd", "COMPANY", "0-2", "phone"],
    ["Card reader jams", "TICKET", "0-1", "mobilephone"],
    ["Licences for 1952", "DEAL", "0-3", "purchasing_phone"],
    ["Difference Engine No. 2", "ENGINE", "2-7411206", "engine_room_phone"],
  ] as const) {
    await hubspot.open(name);
    if (objectType === "ENGINE") {
      await expect(hubspot.dial()).rejects.toThrow("no calls from a custom object");
      await page.getByRole("button", { name: "Dismiss" }).click();
      await page.locator("#callmenu > summary").click();
      await expect(page.locator("#hint")).toContainText("supportsCustomObjects is off");
      await page.getByText("App settings").click();
      await page.getByLabel("supportsCustomObjects").check();
      await expect(page.locator("#hint")).not.toContainText("supportsCustomObjects");
    }
    const calleeInfo = expect.objectContaining({ calleeObjectTypeId });
    expect(await hubspot.dial()).toMatchObject({ objectType, toPhoneNumberSrc, calleeInfo });
    for (const button of ["Outgoing call started", "Call ended", "Call completed"])
      await widget.getByRole("button", { name: button }).click();
    await expect(page.locator("#timeline > li")).toHaveCount(1);
  }
  // Who was called from the ticket, and the company of who has a boat.
  for (const name of ["Ada Lovelace", "Compilers Inc"]) {
    await hubspot.open(name);
    await expect(page.locator("#timeline > li")).toHaveCount(1);
  }
});

test("dialling is refused while the user is logged out", async ({ page, hubspot, widget }) => {
  await hubspot.logIn();
  await widget.getByRole("button", { name: "Log out" }).click();
  await hubspot.heard("LOGGED_OUT");
  await expect(hubspot.dial()).rejects.toThrow("You are logged out of Demo App Local");
  await expect(hubspot.alerts()).toContainText("You are logged out of Demo App Local");
  expect(await hubspot.conversation()).not.toContain("hubspot: DIAL_NUMBER");
  await expect(hubspot.dial()).rejects.toThrow();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(hubspot.alerts()).toBeEmpty();
});

test("a dial request during a call waits until after it", async ({ hubspot, widget }) => {
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call answered" }).click();
  await widget.getByLabel("Notes").fill("About the engine");

  const next = { phoneNumber: "+44 20 7946 0077", startTimestamp: 1_700_000_000_000 };
  await hubspot.dial(next);
  await hubspot.dial(next);

  const waiting = widget.locator("#waiting").getByRole("listitem");
  await expect(waiting).toHaveCount(1);
  await expect(waiting).toContainText("+44 20 7946 0077");
  await expect(widget.getByRole("status")).toHaveText("In call");
  await expect(widget.getByLabel("Notes")).toHaveValue("About the engine");

  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();
  expect(await hubspot.heard("CALL_COMPLETED")).toMatchObject({
    hideWidget: false,
    engagementProperties: { hs_call_to_number: "+447700900142" },
  });
  await expect(widget.getByLabel("To", { exact: true })).toHaveValue("+44 20 7946 0077");
  await expect(waiting).toHaveCount(0);
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  expect(await hubspot.heard("OUTGOING_CALL_STARTED", 2)).toMatchObject({
    toNumber: "+44 20 7946 0077",
    dialingContext: next,
  });
});

for (const number of ["", "call me"]) {
  test(`the number “${number}” is refused at its field`, async ({ hubspot, widget }) => {
    await hubspot.logIn();
    await hubspot.dial({ phoneNumber: number });
    const field = widget.getByLabel("To", { exact: true });
    await expect(field).toHaveValue(number);
    await widget.getByRole("button", { name: "Outgoing call started" }).click();
    await expect(field).toBeFocused();
    await expect(field).toHaveJSProperty("validity.valid", false);
    await expect(widget.locator("#notice")).toHaveText(
      number ? /cannot be dialled/ : "Enter a number.",
    );

    await field.fill("+44 20 7946 0018");
    await expect(field).toHaveJSProperty("validity.valid", true);
    await expect(widget.locator("#notice")).toBeEmpty();
    await widget.getByRole("button", { name: "Outgoing call started" }).click();
    const started = await hubspot.heard("OUTGOING_CALL_STARTED");
    expect(started.toNumber).toBe("+44 20 7946 0018");
    // The user called someone else than HubSpot asked for.
    expect(started).not.toHaveProperty("dialingContext");
  });
}

test("a request without a number says so", async ({ hubspot, widget }) => {
  await hubspot.logIn();
  await hubspot.dial({ phoneNumber: undefined, phone_number: null, calleeInfo: null });
  await expect(widget.locator("#about")).toContainText("sent no number");
});

test("a contact without a number cannot be called", async ({ page, hubspot }) => {
  await hubspot.open("Jean Bartik");
  await page.locator("summary", { hasText: "Call" }).click();
  await expect(page.getByRole("button", { name: "Call with" })).toBeDisabled();
});

test("of two numbers that cannot be dialled, each is refused at its own field", async ({
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  await hubspot.dial();
  const start = widget.getByRole("button", { name: "Outgoing call started" });
  const to = widget.getByLabel("To", { exact: true });
  const from = widget.getByLabel("From", { exact: true });
  await from.fill("nobody");
  await start.click();
  await expect(from).toBeFocused();
  await to.fill("nobody");
  await from.fill("112");
  await start.click();
  await expect(to).toBeFocused();
  await expect(widget.locator("#notice")).toContainText("cannot be dialled");
});

test("requests that wait are offered one after another", async ({ hubspot, widget }) => {
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  const numbers = ["+44 20 7946 0001", "+44 20 7946 0077"];
  for (const phoneNumber of numbers) await hubspot.dial({ phoneNumber });
  const waiting = widget.locator("#waiting").getByRole("listitem");
  for (const [index, number] of numbers.entries()) {
    await expect(waiting).toHaveCount(numbers.length - index);
    await widget.getByRole("button", { name: "Call ended" }).click();
    await widget.getByRole("button", { name: "Call completed" }).click();
    await expect(widget.getByLabel("To", { exact: true })).toHaveValue(number);
    await widget.getByRole("button", { name: "Outgoing call started" }).click();
  }
  await expect(waiting).toHaveCount(0);
});
