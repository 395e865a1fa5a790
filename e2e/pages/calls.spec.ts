// Where HubSpot shows calls: on a record's timeline, and on the Calls page.
import { BareApp, expect, refusals, test, violations } from "./fixtures.ts";
import { wav } from "./sound.ts";

/** A call that the app makes from the record being viewed, whole. */
async function call(app: BareApp, id: string, properties: object): Promise<void> {
  const start = { externalCallId: id, toNumber: "+447700900142", createEngagement: true };
  await app.say("OUTGOING_CALL_STARTED", JSON.stringify(start));
  const completed = { externalCallId: id, hideWidget: false, engagementProperties: properties };
  await app.say("CALL_ENDED", JSON.stringify({ externalCallId: id }));
  await app.say("CALL_COMPLETED", JSON.stringify(completed));
}

test("a call's notes, recording and properties stand on the timeline, and the next call leaves them alone", async ({
  context,
  hubspot,
  page,
  complaints,
}) => {
  // A call with 100,000 properties takes a busy machine a while.
  test.slow();
  await context.route("https://recordings.example/1.wav", (route) =>
    route.fulfill({ contentType: "audio/wav", body: wav(1) }),
  );
  const app = await BareApp.install(hubspot);
  await hubspot.call();
  await app.initialize();
  await call(app, "call-1", {
    hs_call_body: `<p>About <b>the engine</b></p><ul><li><a href="https://engines.example/">Drawings</a></li></ul><img src=x onerror=alert(1)><a href="javascript:alert(1)">No link</a>`,
    hs_call_recording_url: "https://recordings.example/1.wav",
    campaign: "Autumn",
  });
  const entry = page.locator("#timeline > li").last();
  await expect(entry.locator("b")).toHaveText("the engine");
  await expect(entry.getByRole("listitem").getByRole("link", { name: "Drawings" })).toHaveAttribute(
    "rel",
    /noopener/,
  );
  await expect(entry.locator(".notes")).toContainText("<img src=x onerror=alert(1)>No link");
  await expect(entry.locator("img")).toHaveCount(0);
  await expect(entry.getByRole("link", { name: "No link" })).toHaveCount(0);
  await expect(entry).toContainText("HubSpot announced the end of this");
  const recording = entry.locator("audio");
  await recording.evaluate((audio: HTMLAudioElement) => audio.play());
  const more = entry.getByText("More properties");
  await more.click();
  await expect(entry).toContainText("campaignAutumn");
  await call(app, "call-2", {
    hs_call_body: "Two\n  lines",
    hs_call_recording_url: "http://recordings.example/1.wav",
  });
  const next = page.locator("#timeline > li").first();
  const lines = () => next.locator(".notes").evaluate((notes: HTMLElement) => notes.innerText);
  await expect.poll(lines).toBe("Two\n  lines");
  await expect(next).toContainText("not an https address: http://recordings.example/1.wav");
  expect(await recording.evaluate((audio: HTMLAudioElement) => audio.paused)).toBe(false);
  await expect(more).toBeFocused();
  await expect(entry).toContainText("campaignAutumn");
  expect(await violations(page)).toEqual([]);

  // An app can send any number of properties.
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`p${n}`, "1"]));
  await call(app, "call-with-many", many);
  await expect(next).toContainText("More properties (100001)");
  await expect(next).toContainText("and 99801 more");

  await context.route("https://recordings.example/none.wav", (route) =>
    route.fulfill({ status: 404 }),
  );
  const outcome = "x".repeat(65_000);
  await call(app, "call-3", {
    hs_call_recording_url: "https://recordings.example/none.wav",
    hs_call_disposition: outcome,
  });
  await expect(next.getByText(outcome)).toBeVisible();
  await next.locator("audio").evaluate((audio: HTMLAudioElement) => audio.play().catch(() => {}));
  await expect(next.getByRole("alert")).toContainText("cannot load this recording");
  expect(complaints.splice(0)).toEqual(refusals(page, 404));
});

test("all calls stand on the Calls page, and an unknown caller becomes a contact there", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot, {
    supportsInboundCalling: true,
    usesCallingWindow: false,
  });
  await app.initialize();
  const connected = "f240bbac-87c9-4f6e-bf70-924b57d47db7";
  await call(app, "call-1", { hs_call_disposition: connected, hs_call_duration: "65000" });
  const toCalls = page.getByRole("link", { name: "Calls", exact: true });
  await toCalls.click();
  await expect(page.getByRole("heading", { name: "Calls" })).toBeVisible();
  await expect(page).toHaveTitle("Calls · Local HubSpot");
  const rows = page.locator("#callindex > li");
  await expect(rows).toContainText(["Ada Lovelace"]);
  await expect(rows).toContainText(["Outbound · +447700900142 · Connected · 1 min 5 s"]);

  // A call comes in, rings, and is never completed: here it can be seen all the same.
  const id = { externalCallId: "call-2" };
  const incoming = { ...id, fromNumber: "+441632960123", toNumber: "112", createEngagement: true };
  await app.say("INCOMING_CALL", JSON.stringify(incoming));
  await expect(rows).toContainText(["Unknown number", "Ada Lovelace"]);
  await expect(rows.first()).toContainText("On now");
  await app.say("CALL_ENDED", JSON.stringify(id));
  await expect(rows.first()).toContainText("Not completed by the app");

  await page.getByRole("combobox", { name: "Direction" }).selectOption("Inbound");
  await expect(page.locator("#callcount")).toHaveText("1 of 2 calls");
  await page.reload();
  await app.initialize();
  await expect(rows).toContainText(["Unknown number"]);
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("Connected");
  await expect(page.locator("#callcount")).toHaveText("0 of 2 calls");
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("None");

  await rows.locator("summary").press("Enter");
  await expect(rows).toContainText("From+441632960123");
  await page.locator("#rules > summary").click();
  const height = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  expect(await height(), "nothing to scroll to").toBe(0);
  expect(await violations(page)).toEqual([]);
  await rows.getByRole("button", { name: "Create contact" }).click();
  await expect(rows.locator("summary").first()).toBeFocused();
  await app.say("CALL_COMPLETED", JSON.stringify({ ...id, hideWidget: false }));
  await expect(rows.first()).not.toContainText("Not completed");
  await rows.getByRole("link", { name: "+441632960123" }).click();
  await expect(page.getByRole("heading", { name: "+441632960123" })).toBeVisible();
  await expect(page.locator("#timeline > li")).toContainText(["From+441632960123"]);

  // The contact has another number from now on, and calls again.
  await page.getByText("Change numbers").click();
  await page.getByRole("textbox", { name: "Mobile" }).fill("not a number");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText(["This cannot be dialled"]);
  await page.getByRole("textbox", { name: "Mobile" }).fill("+441632960124");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#phones")).toContainText("+441632960124");
  const again = { ...incoming, externalCallId: "call-3", fromNumber: "+441632960124" };
  await app.say("INCOMING_CALL", JSON.stringify(again));
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED");
  await page.goBack();
  await expect(page.locator("#callcount")).toHaveText("2 of 3 calls");
  await expect(rows).toContainText(["+441632960123", "+441632960123"]);
  expect(await page.evaluate(() => window.hubspot.dial())).toBeUndefined();
  await expect(hubspot.alerts()).toContainText("Open one first");

  // An app can call its outcome anything.
  await call(app, "call-4", { hs_call_disposition: "constructor" });
  await expect(page.getByRole("option", { name: "constructor", exact: true })).toBeAttached();
});

test("a contact is added in the page, and can be called", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot);
  await page.getByText("Add contact").click();
  await page.getByRole("textbox", { name: "Name" }).fill("Alan Turing");
  const number = page.getByRole("textbox", { name: "Number", exact: true });
  await number.fill("no number");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText(["This cannot be dialled"]);
  await expect(number).toBeFocused();
  await number.fill("+44 1632 960 125");
  await number.press("Enter");
  await expect(page.getByRole("heading", { name: "Alan Turing" })).toBeVisible();
  await page.reload();
  await hubspot.call();
  await app.initialize();
  expect(await app.heard("DIAL_NUMBER")).toMatchObject({ phoneNumber: "+44 1632 960 125" });
});
