// A whole inbound call, as the person at the screen and HubSpot see it.
import type { FrameLocator } from "@playwright/test";
import { test as base, expect, type HubSpot } from "./fixtures.ts";

const test = base.extend({
  // The app can be called, and holds its calls in the tab.
  hubspot: async ({ hubspot, widget }, use) => {
    await hubspot.set({ supportsInboundCalling: true, usesCallingWindow: false });
    await expect(widget.locator("#login")).toBeEnabled();
    await use(hubspot);
  },
});

const own = "+44 20 7946 0000";

async function ring(hubspot: HubSpot, widget: FrameLocator, from: string): Promise<void> {
  const logIn = widget.getByRole("button", { name: "Log in" });
  if (await logIn.isEnabled()) await logIn.click();
  await widget.getByRole("button", { name: "Available", exact: true }).click();
  await hubspot.heard("USER_AVAILABLE");
  await widget.getByLabel("From").fill(from);
  await widget.getByLabel("To", { exact: true }).fill(own);
  await widget.getByRole("button", { name: "Incoming call" }).click();
  await expect(widget.getByRole("status")).toHaveText("Incoming call");
}

test("a contact calls, and the call stands on the timeline", async ({ page, hubspot, widget }) => {
  await ring(hubspot, widget, "0044 20 7946 0018");
  await expect(widget.locator("#callee")).toHaveText("Ada Lovelace");
  await expect(widget.locator("#about")).toContainText(
    `Inbound · From 0044 20 7946 0018 to ${own}`,
  );

  await widget.getByRole("button", { name: "Call answered" }).click();
  await expect(widget.getByRole("status")).toHaveText("In call");
  await widget.getByLabel("Notes").fill("Asks for the manual.");
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();

  const entry = page.getByRole("listitem").filter({ hasText: "Call from 0044 20 7946 0018" });
  await expect(entry).toContainText("Asks for the manual.");
  for (const fact of ["Inbound", own, "Ada Lovelace, Analytical Engines Ltd", "Completed"])
    await expect(entry.getByRole("definition").getByText(fact, { exact: true })).toBeVisible();
});

test("a call is taken by the buttons' ids alone", { tag: "@any-widget" }, async ({
  hubspot,
  widget,
}) => {
  const click = async (id: string, type: string) => {
    await widget.locator(`#${id}`).click();
    return hubspot.heard(type);
  };
  await click("login", "LOGGED_IN");
  await click("useravailable", "USER_AVAILABLE");
  // Ours has fields for the numbers; other widgets may have numbers of their own.
  for (const [field, number] of [
    ["fromNumber", "+1 212 555 0143"],
    ["toNumber", own],
  ] as const) {
    const input = widget.locator(`#${field}`);
    if (await input.count()) await input.fill(number);
  }
  const { externalCallId } = await click("incomingcall", "INCOMING_CALL");
  await expect.poll(() => hubspot.conversation()).toContain("hubspot: ENGAGEMENT_CREATED");
  await click("answercall", "CALL_ANSWERED");
  await click("endcall", "CALL_ENDED");
  expect((await click("completecall", "CALL_COMPLETED")).externalCallId).toBe(externalCallId);
  await expect
    .poll(() => hubspot.timeline())
    .toMatchObject([{ properties: { hs_call_direction: "INBOUND" } }]);
});

test("HubSpot receives each message once, with all its fields", async ({ hubspot, widget }) => {
  const before = Date.now();
  await ring(hubspot, widget, "+1 212 555 0143");
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  for (const name of ["Call answered", "Call ended", "Call completed"])
    await widget.getByRole("button", { name }).click();
  const completed = await hubspot.heard("CALL_COMPLETED");
  const { externalCallId, callStartTime, ...rung } = await hubspot.heard("INCOMING_CALL");
  const [call] = await hubspot.timeline();
  const engagementId = call?.engagementId;
  expect(rung).toEqual({ fromNumber: "+1 212 555 0143", toNumber: own, createEngagement: true });
  expect(callStartTime).toBeGreaterThanOrEqual(before);
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
      hs_call_title: "Call from +1 212 555 0143",
      hs_call_body: "",
      hs_call_duration: expect.stringMatching(/^\d+$/),
      hs_call_status: "COMPLETED",
      hs_call_direction: "INBOUND",
      hs_call_from_number: "+1 212 555 0143",
      hs_call_to_number: own,
      hubspot_owner_id: "275088328",
    },
  });
});

for (const { from, words, record, how, choice, endStatus, status } of [
  {
    from: "+1 212 555 0110",
    words: "Grace Hopper or Compilers Inc",
    record: "Grace Hopper",
    how: "rejected",
    choice: "As the call went",
    endStatus: "REJECTED",
    status: "Canceled",
  },
  {
    from: "+44 20 7946 0001",
    words: "Analytical Engines Ltd",
    record: "Analytical Engines Ltd",
    how: "given up by the caller",
    choice: "Canceled",
    endStatus: "CANCELED",
    status: "Canceled",
  },
  {
    from: "+1 212 555 0199",
    words: "+1 212 555 0199",
    record: undefined,
    how: "missed",
    choice: "Missed",
    endStatus: "MISSED",
    status: "No answer",
  },
]) {
  test(`a call from ${from} is shown as from ${words}, and once it is ${how}, stands on the timeline as such`, async ({
    page,
    hubspot,
    widget,
  }) => {
    await ring(hubspot, widget, from);
    await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
    await expect(widget.locator("#callee")).toHaveText(words);
    const visible = record !== undefined;
    await expect(widget.getByText("No record has this number")).toBeVisible({ visible: !visible });
    await expect(widget.getByRole("button", { name: "Navigate to record" })).toBeVisible({
      visible,
    });
    await widget.getByText("More", { exact: true }).click();
    await widget.getByLabel("End status").selectOption(choice);
    await widget.getByRole("button", { name: "Call ended" }).click();
    expect((await hubspot.heard("CALL_ENDED")).callEndStatus).toBe(endStatus);
    await widget.getByRole("button", { name: "Call completed" }).click();
    await hubspot.heard("CALL_COMPLETED");
    // A stranger's call is on no record's timeline.
    if (record) {
      await hubspot.open(record);
      await expect(page.getByRole("definition").getByText(status, { exact: true })).toBeVisible();
    } else {
      await expect(page.getByText("No calls yet")).toBeVisible();
      const properties = { hs_call_status: status.toUpperCase().replace(" ", "_") };
      expect(await hubspot.timeline()).toMatchObject([{ recordIds: [], properties }]);
    }
  });
}

test("a call is transferred, and over for this user", async ({ page, hubspot, widget }) => {
  await ring(hubspot, widget, "+1 212 555 0143");
  await widget.getByRole("button", { name: "Call answered" }).click();
  await expect(page.getByRole("button", { name: "Hang up" })).toBeVisible();
  await widget.getByText("More", { exact: true }).click();
  await widget.getByRole("button", { name: "Call transferred" }).click();
  await expect(widget.getByRole("status")).toHaveText("Call ended");
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
});

test("HubSpot hangs up, and the call ends with all that belongs to it", async ({
  page,
  hubspot,
  widget,
}) => {
  await ring(hubspot, widget, "+1 212 555 0143");
  await widget.getByRole("button", { name: "Call answered" }).click();
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await page.getByRole("button", { name: "Hang up" }).click();
  await expect(widget.getByRole("status")).toHaveText("Call ended");
  const { externalCallId } = await hubspot.heard("INCOMING_CALL");
  expect(await hubspot.heard("CALL_ENDED")).toEqual({
    externalCallId,
    engagementId: expect.any(Number),
    callEndStatus: "COMPLETED",
  });
});

test("no call rings while the user is unavailable, and none during a call", async ({
  hubspot,
  widget,
}) => {
  const incoming = widget.locator("#incomingcall");
  await expect(incoming).toBeDisabled();
  await widget.getByRole("button", { name: "Log in" }).click();
  await hubspot.heard("LOGGED_IN");
  await expect(incoming).toBeDisabled();
  await widget.getByRole("button", { name: "Available", exact: true }).click();
  await expect(incoming).toBeEnabled();
  await widget.getByLabel("To", { exact: true }).fill(own);
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await expect(incoming).toBeDisabled();
});

test("the whole call can be taken from the keyboard", async ({ page, hubspot, widget }) => {
  const button = (name: string) => widget.getByRole("button", { name, exact: true });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await button("Log in").focus();
  await press("Enter");
  await hubspot.heard("LOGGED_IN");
  // What comes next is a number.
  await expect(widget.getByLabel("To", { exact: true })).toBeFocused();
  await press("Shift+Tab", "Shift+Tab");
  await expect(button("Available")).toBeFocused();
  await press("Space");
  await hubspot.heard("USER_AVAILABLE");
  await widget.getByLabel("To", { exact: true }).focus();
  await page.keyboard.type(own);
  await press("Tab");
  await page.keyboard.type("+1 212 555 0143");
  await press("Tab", "Tab");
  await expect(button("Incoming call")).toBeFocused();
  await press("Enter");

  // The call can be completed once HubSpot has its engagement. From here on the focus goes with the call.
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  for (const name of ["Call answered", "Call ended"]) {
    await expect(button(name)).toBeFocused();
    await press("Enter");
  }
  await expect(button("Call completed")).toBeFocused();
  await widget.getByLabel("Notes").focus();
  await page.keyboard.type("By keyboard");
  await press("Tab", "Tab", "Tab", "Enter");
  await expect
    .poll(async () => (await hubspot.timeline())[0]?.properties)
    .toMatchObject({ hs_call_body: "By keyboard", hs_call_direction: "INBOUND" });
});

test("while the app's setting is off, HubSpot ignores the call and says so", async ({
  hubspot,
  widget,
}) => {
  await hubspot.set({ supportsInboundCalling: false });
  await hubspot.logIn();
  await ring(hubspot, widget, "+1 212 555 0143");
  await expect(hubspot.alerts()).toContainText("supportsInboundCalling is off");
});
