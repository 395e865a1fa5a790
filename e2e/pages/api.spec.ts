// HubSpot's API and the local HubSpot's page: what an app's server writes stands on the timeline at once, and it knows what is done in the page.
import { portOf } from "../ports.ts";
import { alone, expect } from "./fixtures.ts";

const port = portOf("api");
const test = alone(port);

test("an app's server and the page work on the same calls", async ({
  page,
  hubspot,
  widget,
  request,
}) => {
  const ask = async (method: string, path: string, data?: object) => {
    const response = await request.fetch(`https://127.0.0.1:${port}${path}`, {
      method,
      ...(data && { data }),
      headers: { authorization: "Bearer any" },
    });
    return response.json();
  };
  const calls = "/crm/v3/objects/calls";
  const entry = (text: string) => page.getByRole("listitem").filter({ hasText: text });

  // A call in the page, completed there; then the app's server adds what it has found out.
  await hubspot.open("Ada Lovelace");
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByLabel("Notes").fill("Wants a second engine.");
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect(entry("Wants a second engine.")).toBeVisible();
  const asked = `${calls}?properties=hs_call_body&associations=contacts`;
  await expect
    .poll(async () => (await ask("GET", asked)).results[0]?.properties.hs_call_body)
    .toContain("Wants a second engine.");
  const [call] = (await ask("GET", asked)).results;
  expect(call.associations.contacts.results).toMatchObject([{ id: "37621684101" }]);
  const hs_call_title = "A second engine";
  await ask("PATCH", `${calls}/${call.id}`, { properties: { hs_call_title } });
  await expect(entry("Wants a second engine.")).toContainText(hs_call_title);

  // A call that HubSpot's page did not see: an app without the frame reports it.
  const report = (e164Number: string, to = "+12125550143") =>
    ask("POST", "/crm/extensions/calling/2026-03/inbound-call", {
      externalCallId: `from ${e164Number} to ${to}`,
      createEngagement: true,
      engagementProperties: { hs_call_title: "Reported by the exchange" },
      finalCallStatus: "COMPLETED",
      fromNumber: { e164Number },
      toNumber: { e164Number: to },
    });
  const { callerIdMatches } = await report("+442079460018");
  expect(callerIdMatches).toMatchObject([{ firstName: "Ada" }]);
  await expect(entry("Reported by the exchange")).toBeVisible();

  // Who is added in the page is known to the server.
  expect(await report("+15005550006")).toEqual({ callerIdMatches: [] });
  await page.getByText("Add contact").click();
  await page.getByLabel("Name", { exact: true }).fill("Mary Somerville");
  await page.locator("#contact-number").fill("(500) 555-0006");
  await page.locator("#contact-number").press("Enter");
  await expect(page.locator("#name")).toHaveText("Mary Somerville");
  const again = async () => (await report("+15005550006")).callerIdMatches;
  await expect.poll(again).toMatchObject([{ firstName: "Mary", lastName: "Somerville" }]);

  // A call to a number of help desk makes a ticket, as one in the page does.
  await page.evaluate(() => {
    const channel = { appId: 1, e164PhoneNumber: "+442079460000", friendlyName: "Support" };
    localStorage.setItem("LocalHubSpot:channels", JSON.stringify([channel]));
  });
  await report("+442079460018", "+442079460000");
  const ticket = page.getByRole("navigation").getByRole("link", { name: "Call from Ada Lovelace" });
  await expect(ticket).toHaveCount(1);
  await ticket.click();
  await expect(entry("Reported by the exchange")).toHaveCount(1);

  // Both are there when the page is loaded again, also those that were made while nobody looked; "Start afresh" forgets them.
  await page.goto("about:blank");
  const associationTypeId = 194;
  await ask("POST", calls, {
    properties: { hs_timestamp: Date.now(), hs_call_title: "Made by the app" },
    associations: [
      {
        to: { id: 37621684101 },
        types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }],
      },
    ],
  });
  await page.goto("/");
  await hubspot.open("Ada Lovelace");
  for (const text of ["Made by the app", "Reported by the exchange", hs_call_title])
    await expect(entry(text).first()).toBeVisible();
  await page.getByRole("button", { name: "Start afresh" }).click();
  await expect(entry("Made by the app")).toHaveCount(0);
  await expect.poll(async () => (await ask("GET", calls)).results).toEqual([]);
  await page.reload();
  await expect(page.locator("#empty")).toBeVisible();
});

test("an app makes its own engagement, and HubSpot makes none", async ({
  hubspot,
  widget,
  request,
}) => {
  await hubspot.open("Ada Lovelace");
  await hubspot.logIn();
  await widget.getByText("More", { exact: true }).click();
  await widget.getByLabel("Create engagement").uncheck();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  const { externalCallId, createEngagement } = await hubspot.heard("OUTGOING_CALL_STARTED");
  expect(createEngagement).toBe(false);
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByLabel("Notes").fill("By the app itself");

  // Nothing has the call's id yet: HubSpot cannot save the notes, and nothing is lost.
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect(widget.locator("#status")).toHaveText("Not saved");

  const made = await request.post(`https://127.0.0.1:${port}/crm/v3/objects/calls`, {
    headers: { authorization: "Bearer any" },
    data: { properties: { hs_timestamp: Date.now(), hs_call_external_id: externalCallId } },
  });
  expect(made.status()).toBe(201);
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect(widget.locator("#notice")).toContainText("on the timeline");
  const notes = (await hubspot.timeline()).map(({ properties }) => properties.hs_call_body);
  expect(notes).toEqual(["By the app itself"]);
});
