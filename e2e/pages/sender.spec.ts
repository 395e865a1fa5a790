// "Send a message" at the chart: any of HubSpot's messages, in the documented shape, to whatever app is there.
import { BareApp, expect, test } from "./fixtures.ts";

/** What HubSpot sends, in the SDK's protocol. */
const types = [
  "DIAL_NUMBER",
  "END_CALL",
  "CREATE_ENGAGEMENT_SUCCEEDED",
  "CREATE_ENGAGEMENT_FAILED",
  "ENGAGEMENT_CREATED",
  "UPDATE_ENGAGEMENT_SUCCEEDED",
  "UPDATE_ENGAGEMENT_FAILED",
  "CALLER_ID_MATCH_SUCCEEDED",
  "CALLER_ID_MATCH_FAILED",
  "NAVIGATE_TO_RECORD_FAILED",
  "FINALIZE_ENGAGEMENT_SUCCEEDED",
  "FINALIZE_ENGAGEMENT_FAILED",
  "PUBLISH_TO_CHANNEL_SUCCEEDED",
  "PUBLISH_TO_CHANNEL_FAILED",
  "VISIBILITY_CHANGED",
  "SET_WIDGET_URL_FAILED",
  "SET_CALL_STATE",
  "INITIATE_CALL_ID_SUCCEEDED",
  "INITIATE_CALL_ID_FAILED",
  "SYNC",
];

test("each message arrives as its sample shows it", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot);
  await hubspot.open("Grace Hopper");
  await hubspot.call();
  await app.initialize();
  await app.say(
    "OUTGOING_CALL_STARTED",
    `{ externalCallId: "call-1", toNumber: "112", createEngagement: true }`,
  );
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  await page.getByText("Send a message").click();
  const form = page.locator("#sendform");
  await expect(form.getByLabel("Message").locator("option")).toHaveText(types);

  const id = { engagementId };
  const call = { engagementId, externalCallId: "call-1" };
  const error = { error: { message: expect.any(String) } };
  const objectCoordinates = { portalId: 62515, objectId: 37621684102, objectTypeId: "0-1" };
  const expected: Record<string, unknown> = {
    DIAL_NUMBER: {
      phone_number: "(212) 555-0143",
      phoneNumber: "(212) 555-0143",
      countryCode: "US",
      calleeInfo: { calleeId: 37621684102, calleeObjectTypeId: "0-1" },
      objectId: 37621684102,
      objectType: "CONTACT",
      subjectId: 0,
      threadId: 0,
      startTimestamp: expect.any(Number),
      toPhoneNumberSrc: "phone",
      portalId: 62515,
      ownerId: 275088328,
    },
    CREATE_ENGAGEMENT_SUCCEEDED: id,
    CREATE_ENGAGEMENT_FAILED: error,
    ENGAGEMENT_CREATED: id,
    UPDATE_ENGAGEMENT_SUCCEEDED: id,
    UPDATE_ENGAGEMENT_FAILED: error,
    CALLER_ID_MATCH_SUCCEEDED: {
      callerIdMatches: [
        {
          callerIdType: "CONTACT",
          objectCoordinates,
          firstName: "Grace",
          lastName: "Hopper",
          email: "grace@compilers.example",
        },
      ],
      callId: expect.any(Number),
    },
    CALLER_ID_MATCH_FAILED: error,
    INITIATE_CALL_ID_SUCCEEDED: { callId: expect.any(Number) },
    INITIATE_CALL_ID_FAILED: error,
    NAVIGATE_TO_RECORD_FAILED: { engagementId, objectCoordinates },
    FINALIZE_ENGAGEMENT_SUCCEEDED: call,
    FINALIZE_ENGAGEMENT_FAILED: call,
    PUBLISH_TO_CHANNEL_SUCCEEDED: call,
    PUBLISH_TO_CHANNEL_FAILED: call,
    VISIBILITY_CHANGED: { isMinimized: false, isHidden: true },
    SET_WIDGET_URL_FAILED: error,
  };
  for (const type of types) {
    const times = (await app.all(type)).length;
    await form.getByLabel("Message").selectOption(type);
    await form.getByRole("button", { name: "Send" }).click();
    const heard = await app.heard(type, times + 1);
    // The evaluated result of a missing payload is {}.
    if (type !== "SYNC") expect(heard, type).toEqual(expected[type] ?? {});
  }
  // SYNC has its fields at the top level.
  expect(await app.synced()).toEqual({
    type: "SYNC",
    messageId: expect.any(String),
    hostUrl: new URL(page.url()).origin,
    portalId: 62515,
    userId: 4711,
    ownerId: 275088328,
    iframeLocation: "widget",
    usesCallingWindow: true,
    engagementId,
  });
});

test("a payload can be edited, and what is not JSON is refused in the parser's words", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot);
  await hubspot.call();
  await app.initialize();
  await page.getByText("Send a message").click();
  const form = page.locator("#sendform");
  const payload = form.getByLabel("Payload");
  const send = form.getByRole("button", { name: "Send" });
  await form.getByLabel("Message").selectOption("CREATE_ENGAGEMENT_FAILED");
  await payload.fill(`{"error": <b>no</b>}`);
  await send.click();
  await expect(form.getByRole("alert")).toContainText("JSON");
  await expect(payload).toBeFocused();
  await expect(payload).toHaveAttribute("aria-invalid", "true");
  expect(await app.all("CREATE_ENGAGEMENT_FAILED")).toEqual([]);

  await payload.fill(`{"error": {"message": "no such luck"}}`);
  await expect(form.getByRole("alert")).toBeEmpty();
  await send.click();
  expect(await app.heard("CREATE_ENGAGEMENT_FAILED", 1)).toEqual({
    error: { message: "no such luck" },
  });
});

test("without an app it says what to do", async ({ page, hubspot }) => {
  await page.getByText("Send a message").click();
  await page.locator("#sendform").getByRole("button", { name: "Send" }).click();
  await expect(page.locator("#sendform").getByRole("alert")).toHaveText(
    "No calling app is connected: click Call first.",
  );
  expect(await hubspot.messages()).toEqual([]);
});
