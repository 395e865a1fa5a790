// What HubSpot does when an app says that a call comes in, and when it asks for the caller's record.
import { BareApp, test as base, expect } from "./fixtures.ts";

const test = base.extend<{ bareApp: BareApp }>({
  bareApp: async ({ hubspot }, use) => {
    const settings = { supportsInboundCalling: true, usesCallingWindow: false };
    const app = await BareApp.install(hubspot, settings);
    await app.initialize();
    await use(app);
  },
});

const call = {
  externalCallId: "in-1",
  fromNumber: "+1 212 555 0187",
  toNumber: "+44 20 7946 0099",
  createEngagement: true,
};
const calling = JSON.stringify(call);

const grace = { portalId: 62515, objectId: 37621684102, objectTypeId: "0-1" };
test("an incoming call is put on its caller's timeline as inbound", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.say("INCOMING_CALL", calling);
  await expect(page.getByText("On a call", { exact: true })).toBeVisible();
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  expect(await app.heard("ENGAGEMENT_CREATED", 1)).toEqual({ engagementId });
  await app.say("CALL_ANSWERED", `{ externalCallId: "in-1" }`);
  await app.say("CALL_ENDED", `{ externalCallId: "in-1" }`);
  await app.say(
    "CALL_COMPLETED",
    `{ externalCallId: "in-1", engagementProperties: { hs_call_status: "NO_ANSWER" } }`,
  );
  expect(await app.heard("UPDATE_ENGAGEMENT_SUCCEEDED", 1)).toEqual({ engagementId });
  expect(await hubspot.timeline()).toEqual([
    {
      engagementId,
      recordIds: [37621684102, 18934410202],
      properties: {
        hs_timestamp: expect.stringMatching(/^\d+$/),
        hs_call_direction: "INBOUND",
        hs_call_from_number: "+1 212 555 0187",
        hs_call_to_number: "+44 20 7946 0099",
        hs_call_status: "NO_ANSWER",
        hubspot_owner_id: "275088328",
      },
    },
  ]);
  await hubspot.open("Grace Hopper");
  const facts = page.getByRole("main").getByRole("definition");
  await expect(facts.getByText("Inbound", { exact: true })).toBeVisible();
  await expect(facts.getByText("No answer", { exact: true })).toBeVisible();
});

test("while the setting is off, incoming calls are ignored, and HubSpot says which setting", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot);
  await hubspot.call();
  await app.initialize();
  await app.say("INCOMING_CALL", calling);
  const words = "supportsInboundCalling is off for Bare app. Turn it on under Call";
  await expect(hubspot.alerts()).toContainText(`An incoming call was ignored: ${words}`);
  await expect(page.getByRole("region", { name: "Messages" })).toContainText(words);
  const said = (await hubspot.messages()).findLast(({ type }) => type === "INCOMING_CALL");
  expect(said?.note).toContain(words);
  expect(await hubspot.conversation()).not.toContain("hubspot: CALLER_ID_MATCH_SUCCEEDED");
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(hubspot.alerts()).toBeEmpty();
});

const coordinates = (fields: object) => JSON.stringify({ ...grace, ...fields });

test("NAVIGATE_TO_RECORD loads the record's page, and the fresh app hears which call it is", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.say("INCOMING_CALL", calling);
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    dialog.accept();
  });
  // A click somewhere is what lets a page ask before it is left.
  await page.getByRole("heading", { name: "Timeline" }).click();
  const loaded = page.waitForEvent("load");
  await app.say(
    "NAVIGATE_TO_RECORD",
    `{ engagementId: ${engagementId}, objectCoordinates: ${coordinates({})} }`,
  );
  await loaded;
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  expect(asked).toEqual([]);
  expect(await app.initialize()).toEqual({
    type: "SYNC",
    messageId: expect.any(String),
    hostUrl: new URL(page.url()).origin,
    portalId: 62515,
    userId: 4711,
    ownerId: 275088328,
    iframeLocation: "remote",
    usesCallingWindow: false,
    engagementId,
  });
  // Other records do not lose the call; its end does.
  await hubspot.open("Jean Bartik");
  expect(page.url()).toContain(`engagementId=${engagementId}`);
  await app.say("CALL_COMPLETED", `{ externalCallId: "in-1", engagementId: ${engagementId} }`);
  await expect(page).not.toHaveURL(/engagementId/);
  await page.reload();
  expect(await app.synced()).not.toHaveProperty("engagementId");
});

test("… in the panel of the record, too, and where the app does not say which", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot);
  await hubspot.call();
  await app.initialize();
  await app.say("OUTGOING_CALL_STARTED", JSON.stringify({ ...call, toNumber: "112" }));
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  const loaded = page.waitForEvent("load");
  await app.say(
    "NAVIGATE_TO_RECORD",
    `{ objectCoordinates: ${coordinates({})}, openIn: "CURRENT_TAB" }`,
  );
  await loaded;
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  expect(await app.initialize()).toMatchObject({ iframeLocation: "widget", engagementId });
});

test("NAVIGATE_TO_RECORD opens a new tab when asked to, and says when that is blocked", async ({
  bareApp: app,
  page,
}) => {
  const navigate = `{ engagementId: 7, objectCoordinates: ${coordinates({})}, openIn: "NEW_TAB" }`;
  const opening = page.waitForEvent("popup");
  await app.say("NAVIGATE_TO_RECORD", navigate);
  const tab = await opening;
  await tab.waitForLoadState();
  await expect(tab.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Ada Lovelace" })).toBeVisible();
  await expect(tab).toHaveURL(/\?engagementId=7#/);

  await page.evaluate(() => {
    window.open = () => null;
  });
  await app.say("NAVIGATE_TO_RECORD", navigate);
  expect(await app.heard("NAVIGATE_TO_RECORD_FAILED", 1)).toEqual({
    engagementId: 7,
    objectCoordinates: grace,
  });
});
