// A whole outbound call, as the person at the screen and HubSpot see it.
import { dispositions } from "../../src/call/messages.ts";
import { expect, test } from "./fixtures.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("a person calls a contact, and the call stands on the timeline", async ({
  page,
  hubspot,
  widget,
}) => {
  await hubspot.open("Grace Hopper");
  await page.locator("summary", { hasText: "Call" }).click();
  await page.getByRole("combobox", { name: "Number" }).selectOption("+1 212 555 0187 (Mobile)");
  await page.getByRole("combobox", { name: "Call from" }).selectOption("Demo App Local");
  await page.getByRole("button", { name: "Call with" }).click();

  await expect(hubspot.alerts()).toContainText("You are logged out of Demo App Local");
  await widget.getByRole("button", { name: "Log in" }).click();
  await expect(widget.getByRole("status")).toHaveText("Ready to call");

  await hubspot.call();
  await expect(widget.getByLabel("To", { exact: true })).toHaveValue("+1 212 555 0187");
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await expect(widget.getByRole("status")).toHaveText("Ringing");
  await expect(widget.locator("#about")).toContainText("Contact, record 37621684102");

  await widget.getByRole("button", { name: "Call answered" }).click();
  await expect(widget.getByRole("status")).toHaveText("In call");
  await expect(widget.getByRole("timer")).toHaveText(/00:0[1-9]/);

  await widget.getByRole("button", { name: "Call ended" }).click();
  await expect(widget.getByRole("status")).toHaveText("Call ended");
  const seconds = Number((await widget.getByRole("timer").textContent())?.slice(-2));
  await widget.getByLabel("Notes").fill("Wants the manual.\n2 < 3 & <Tuesday>");
  await widget.getByLabel("Outcome").selectOption("Left live message");
  await widget.getByRole("button", { name: "Call completed" }).click();

  const entry = page.getByRole("listitem").filter({ hasText: "Call to +1 212 555 0187" });
  await expect(entry).toContainText("Wants the manual.\n2 < 3 & <Tuesday>", { useInnerText: true });
  for (const fact of [
    "Outbound",
    "+1 212 555 0100",
    "Grace Hopper, Compilers Inc",
    `${seconds} s`,
    "Completed",
    "Left live message",
  ]) {
    await expect(entry.getByRole("definition").getByText(fact, { exact: true })).toBeVisible();
  }
  await expect(page.getByRole("region", { name: "Demo App Local" })).toBeHidden();

  await page.reload();
  await hubspot.open("Compilers Inc");
  await expect(page.getByRole("listitem").filter({ hasText: "Wants the manual." })).toBeVisible();
});

test("HubSpot receives each message once, with all its fields", { tag: "@any-widget" }, async ({
  hubspot,
  widget,
}) => {
  await hubspot.call();
  await widget.locator("#login").click();
  await hubspot.heard("LOGGED_IN");
  const dialled = await hubspot.dial();
  await widget.locator("#outgoingcall").click();
  const started = await hubspot.heard("OUTGOING_CALL_STARTED");
  await widget.locator("#answercall").click();
  await hubspot.heard("CALL_ANSWERED");
  await widget.locator("#endcall").click();
  const ended = await hubspot.heard("CALL_ENDED");
  await widget.locator("#completecall").click();
  const completed = await hubspot.heard("CALL_COMPLETED");
  await expect.poll(() => hubspot.conversation()).toContain("hubspot: UPDATE_ENGAGEMENT_SUCCEEDED");

  expect(started.toNumber).toBe(dialled?.phoneNumber);
  expect(started.createEngagement).toBe(true);
  const [call] = await hubspot.timeline();
  expect(ended.externalCallId).toBe(started.externalCallId);
  expect(completed.externalCallId).toBe(started.externalCallId);
  expect(Number(completed.engagementId)).toBe(call?.engagementId);
});

test("each payload is as HubSpot documents it, and the next call has an id of its own and empty notes", async ({
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  const dialled = await hubspot.dial();
  const before = Date.now();
  await widget.getByLabel("From", { exact: true }).fill("+1 212 555 0199");
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call answered" }).click();
  await widget.getByLabel("Notes").fill("Notes");
  await widget.getByLabel("Outcome").selectOption("Connected");
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();
  const completed = await hubspot.heard("CALL_COMPLETED");

  const { externalCallId, callStartTime, ...started } =
    await hubspot.heard("OUTGOING_CALL_STARTED");
  expect(externalCallId).toMatch(uuid);
  expect(callStartTime).toBeGreaterThanOrEqual(before);
  expect(callStartTime).toBeLessThanOrEqual(Date.now());
  expect(started).toEqual({
    fromNumber: "+1 212 555 0199",
    toNumber: "+447700900142",
    createEngagement: true,
    dialingContext: dialled,
  });
  const [call] = await hubspot.timeline();
  const engagementId = call?.engagementId;
  expect(await hubspot.heard("CALL_ANSWERED")).toEqual({ externalCallId });
  expect(await hubspot.heard("CALL_ENDED")).toEqual({
    externalCallId,
    engagementId,
    callEndStatus: "COMPLETED",
  });
  expect(completed).toEqual({
    externalCallId,
    engagementId,
    hideWidget: true,
    engagementProperties: {
      hs_timestamp: callStartTime,
      hs_call_title: "Call to +447700900142",
      hs_call_body: "Notes",
      hs_call_duration: expect.stringMatching(/^\d+$/),
      hs_call_status: "COMPLETED",
      hs_call_direction: "OUTBOUND",
      hs_call_from_number: "+1 212 555 0199",
      hs_call_to_number: "+447700900142",
      hubspot_owner_id: "275088328",
      hs_call_disposition: Object.entries(dispositions).find(([, n]) => n === "Connected")?.[0],
    },
  });

  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await expect(widget.getByLabel("Notes")).toHaveValue("");
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();
  const next = await hubspot.heard("CALL_COMPLETED", 2);
  expect(next.externalCallId).not.toBe(externalCallId);
  expect(next.engagementId).not.toBe(engagementId);
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(2);
  const notes = (await hubspot.timeline()).map(({ properties }) => properties.hs_call_body);
  expect(notes).toEqual(["", "Notes"]);
});

test("an unanswered call has no duration, and ends as the user says", async ({
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByText("More", { exact: true }).click();
  await widget.getByLabel("End status").selectOption("Busy");
  await widget.getByRole("button", { name: "Call ended" }).click();
  expect((await hubspot.heard("CALL_ENDED")).callEndStatus).toBe("BUSY");
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
  const [call] = await hubspot.timeline();
  expect(call?.properties).toMatchObject({ hs_call_duration: "0", hs_call_status: "BUSY" });
});

test("the whole call can be made from the keyboard", async ({ page, hubspot, widget }) => {
  const button = (name: string) => widget.getByRole("button", { name });
  await page.locator("summary", { hasText: "Call" }).focus();
  for (const key of ["Enter", "Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  await expect(hubspot.alerts()).toContainText("logged out");

  await button("Log in").focus();
  await page.keyboard.press("Enter");
  await hubspot.heard("LOGGED_IN");
  await hubspot.dial();
  await widget.getByLabel("To", { exact: true }).focus();
  await page.keyboard.press("Enter");

  // The call can be completed once HubSpot has its engagement. From here on the focus goes with the call.
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  for (const name of ["Call answered", "Call ended"]) {
    await expect(button(name)).toBeFocused();
    await page.keyboard.press("Enter");
  }
  await expect(button("Call completed")).toBeFocused();
  await widget.getByLabel("Notes").focus();
  await page.keyboard.type("By keyboard");
  for (const key of ["Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
  await expect
    .poll(async () => (await hubspot.timeline())[0]?.properties.hs_call_body)
    .toBe("By keyboard");
});

test("the user adds properties and an outcome of the account's own; what is no JSON object is refused at its field", async ({
  hubspot,
  page,
  widget,
}) => {
  const { port } = new URL(page.url());
  const own = JSON.stringify({
    "0f0f0f0f-0000-4000-8000-000000000001": "Call back <b>soon</b>",
    odd: { toString: 1, valueOf: 1 },
  });
  const address = `https://localhost:${port}/?outcomes=${encodeURIComponent(own)}`;
  await hubspot.install("The widget", address);
  await hubspot.logIn();
  await hubspot.dial();
  for (const name of ["Outgoing call started", "Call answered", "Call ended"])
    await widget.getByRole("button", { name }).click();
  await widget.getByLabel("Outcome").selectOption("Call back <b>soon</b>");
  await widget.getByLabel("Properties, JSON").fill('{"tier": gold}');
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect(widget.locator("#notice")).toHaveText("This is no JSON object.");
  await expect(widget.getByLabel("Properties, JSON")).toBeFocused();
  await widget.getByLabel("Properties, JSON").fill('{"tier": "gold"}');
  await widget.getByRole("button", { name: "Call completed" }).click();
  const { engagementProperties } = await hubspot.heard("CALL_COMPLETED");
  expect(engagementProperties).toMatchObject({
    tier: "gold",
    hs_call_disposition: "0f0f0f0f-0000-4000-8000-000000000001",
  });
  await expect(widget.locator("#notice")).toContainText("on the timeline");
});
