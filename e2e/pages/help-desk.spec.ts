// An app that has a server: its numbers are connected to help desk, and a call to one of them is a ticket, with its recording and transcript.
import { portOf } from "../ports.ts";
import { appServer } from "../unit/app-server.ts";
import { alone, BareApp, expect, violations } from "./fixtures.ts";
import { wav } from "./sound.ts";

const port = portOf("helpDesk");
const test = alone(port);

const numbers = [
  { e164PhoneNumber: "+442079460000", friendlyName: "Support" },
  { e164PhoneNumber: "+442079460001", friendlyName: "Support for all of Europe" },
  { e164PhoneNumber: "+442079460002", friendlyName: "Inside", extension: "12" },
];

test("a number is connected to help desk, and a call to it is a ticket with recording and transcript", async ({
  page,
  hubspot,
  request,
}) => {
  const recording = wav(1);
  const its = await appServer(({ url }, response) => {
    if (url.startsWith("/numbers")) response.end(JSON.stringify(numbers));
    else if (url.startsWith("/sound")) response.end(recording);
    else response.end(JSON.stringify({ authenticatedUrl: `${its.origin}/sound` }));
  });
  const post = async (path: string, data: object) => {
    const at = `https://127.0.0.1:${port}/crm/extensions/calling/2026-03/${path}`;
    const headers = { authorization: "Bearer any" };
    expect((await request.post(at, { data, headers })).status(), path).toBeLessThan(300);
  };
  const app = await BareApp.publish(hubspot);
  await post("12345/settings", {
    name: "Bare app",
    url: "https://app.example/",
    supportsInboundCalling: true,
    usesCallingWindow: false,
  });
  await app.initialize();

  // Which of the numbers can be connected is seen before it is tried.
  const menu = page.locator("#callmenu > summary");
  await menu.click();
  await page.getByText("App settings").click();
  const desk = page.getByRole("region", { name: "Numbers in help desk" });
  const ask = desk.getByRole("button", { name: "Connect a number to help desk" });
  await ask.click();
  await expect(desk.getByRole("status")).toContainText("has no channel connection");
  await post("12345/settings/channel-connection", { url: `${its.origin}/numbers`, isReady: true });
  await ask.click();
  const rows = desk.getByRole("listitem");
  await expect(rows).toContainText([
    "Support +442079460000",
    "friendlyName is longer than 24 characters",
    "A number with an extension cannot be connected",
  ]);
  await desk.getByRole("button", { name: "Connect", exact: true }).press("Enter");
  await expect(desk.getByRole("button", { name: "Disconnect" })).toBeVisible();
  await expect(ask).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await menu.click();

  const call = { externalCallId: "call-1", fromNumber: "+441632960123" };
  const incoming = { ...call, toNumber: "+442079460000", createEngagement: true };
  await app.say("INCOMING_CALL", JSON.stringify(incoming));
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED");
  await page.getByRole("link", { name: "Call from +441632960123" }).click();
  const engagementProperties = {
    hs_call_external_id: "call-1",
    hs_call_external_account_id: "account-1",
    hs_call_app_id: 12345,
    hs_call_source: "INTEGRATIONS_PLATFORM",
  };
  const completed = { externalCallId: "call-1", hideWidget: false, engagementProperties };
  await app.say("CALL_COMPLETED", JSON.stringify(completed));

  const entry = page.locator("#timeline > li");
  const get = entry.getByRole("button", { name: "Get the recording from the app" });
  await get.click();
  await expect(entry.getByRole("status")).toContainText("has no recording settings");
  await post("12345/settings/recording", {
    urlToRetrieveAuthedRecording: `${its.origin}/recordings/%s`,
  });
  await get.click();
  await expect(entry.getByRole("status")).toContainText("It has one channel");
  await entry.locator("audio").evaluate((audio: HTMLAudioElement) => audio.play());
  expect(its.asked.map(({ url }) => url)).toContain(
    "/recordings/call-1?appId=12345&externalAccountId=account-1",
  );

  const utterance = { speaker: { id: "1", name: "Charles" }, text: "Is it repaired?" };
  const times = { startTimeMillis: 65_000, endTimeMillis: 66_000, languageCode: "en" };
  const transcriptCreateUtterances = [{ ...utterance, ...times }];
  await post("transcripts", { engagementId, transcriptCreateUtterances });
  await entry.getByText("Transcript (1)").click();
  await expect(entry.locator(".transcript")).toHaveText("Charles1:05Is it repaired?");

  await menu.click();
  await desk.getByRole("button", { name: "Disconnect" }).click();
  await expect(desk.getByRole("button", { name: "Disconnect" })).toHaveCount(0);
  await its.close();
});
