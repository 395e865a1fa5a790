// Whole calls in Safari's engine: out, in, through a reload, in two tabs and a calling window, and past hostile frames.
import { By } from "selenium-webdriver";
import { expect, hubspotUrl, Place, type Safari, test, widgetUrl } from "./safari.ts";

/** A tab opened besides, or the calling window, once it is there. */
async function opened(safari: Safari, known: readonly Place[]): Promise<Place> {
  const find = async () =>
    (await safari.driver.getAllWindowHandles()).find(
      (handle) => !known.some((place) => place.handle === handle),
    );
  await expect.poll(find, "a window").toBeTruthy();
  return new Place(safari, (await find()) ?? "");
}

test("a call to a contact goes on after a reload, and stands on the timeline", async ({ tab }) => {
  await tab.call();
  await tab.logIn();
  await tab.call();
  await expect.poll(() => tab.value("toNumber")).toBe("+447700900142");
  await tab.click("widget", "outgoingcall");
  await tab.shows("sync", /"engagementId": \d/);
  await tab.click("widget", "answercall");
  await tab.shows("status", "In call");
  await tab.type("notes", "Wants the manual.");

  await tab.reload();
  await tab.call();
  await tab.shows("status", "In call");
  expect(await tab.value("notes")).toBe("Wants the manual.");

  await tab.click("widget", "endcall");
  await tab.click("widget", "export");
  expect(JSON.parse(await tab.pasted())).toMatchObject({ format: "hubspot-calling-session/1" });
  await tab.click("widget", "completecall");
  await expect.poll(() => tab.timeline()).toHaveLength(1);
  expect((await tab.timeline())[0]?.properties).toMatchObject({
    hs_call_direction: "OUTBOUND",
    hs_call_status: "COMPLETED",
  });
});

test("a call rings in two tabs, is taken in one and ended in the other", async ({
  safari,
  tab,
}) => {
  await tab.install({ supportsInboundCalling: true, usesCallingWindow: false });
  await tab.logIn();
  await tab.click("widget", "useravailable");
  await safari.driver.switchTo().newWindow("tab");
  const other = await opened(safari, [tab]);
  await other.load();
  await other.shows("status", "Available");

  await tab.type("fromNumber", "+1 212 555 0143");
  await tab.type("toNumber", "+44 20 7946 0018");
  await tab.click("widget", "incomingcall");
  await tab.shows("sync", /"engagementId": \d/);
  await other.shows("status", "Incoming call");
  await other.click("widget", "answercall");
  await tab.shows("status", "In call");
  await tab.click("widget", "endcall");
  await other.shows("status", "Call ended");
  await other.click("widget", "completecall");
  await tab.shows("status", "Available");
  await expect.poll(() => tab.timeline()).toHaveLength(1);
  expect((await tab.timeline())[0]?.properties).toMatchObject({ hs_call_direction: "INBOUND" });
});

test("a call goes on after its user went elsewhere in the tab, and came back", async ({
  safari,
  tab,
}) => {
  await tab.install({ supportsInboundCalling: true, usesCallingWindow: false });
  await tab.logIn();
  await tab.type("toNumber", "+44 20 7946 0018");
  await tab.click("widget", "outgoingcall");
  await tab.click("widget", "answercall");
  await tab.shows("status", "In call");
  await tab.ask("window.isKept = true");

  await tab.load(`${hubspotUrl}nowhere`);
  await safari.driver.navigate().back();
  // The page comes from the back/forward cache, and the frame in it is loaded again.
  expect(await tab.ask("return window.isKept")).toBe(true);
  await expect
    .poll(async () => (await tab.messages()).filter(({ type }) => type === "INITIALIZED").length)
    .toBe(2);
  await tab.shows("status", "In call");
  await tab.click("widget", "endcall");
  expect((await tab.heard("CALL_ENDED")).data).toMatchObject({ callEndStatus: "COMPLETED" });
});

test("“Open calling window” opens it, and so does a click on Call, which dials", async ({
  safari,
  tab,
}) => {
  await tab.install({ supportsInboundCalling: true, usesCallingWindow: true });
  await tab.shows("status", "Calling window closed");
  await tab.click("widget", "callingwindow");
  const first = await opened(safari, [tab]);
  await tab.shows("status", "Logged out");
  await first.enter("hubspot");
  await first.driver.close();
  await tab.shows("status", "Calling window closed");
  await tab.call();
  const window = await opened(safari, [tab]);
  await window.logIn();
  await tab.call();
  await expect.poll(() => window.value("toNumber")).toBe("+447700900142");
  await tab.click("widget", "outgoingcall");
  await window.shows("status", "Ringing");
  await window.heard("OUTGOING_CALL_STARTED");
});

test("a frame beside the widget is not heard as HubSpot, and a stranger may not frame it", async ({
  safari,
  tab,
}) => {
  const { driver } = safari;
  await tab.call();
  await tab.logIn();
  await tab.ask(
    "document.body.append(Object.assign(document.createElement('iframe'), { id: 'evil' }))",
  );
  await driver.switchTo().frame(await driver.findElement(By.id("evil")));
  await driver.executeScript(`
    const data = { phoneNumber: "+1 900 555 0100" };
    const messages = [null, ...["SYNC", "DIAL_NUMBER", "END_CALL"].map((type) => ({ type, messageId: 1, data }))];
    for (const message of messages)
      for (let index = 0; index < parent.frames.length; index++)
        parent.frames[index].postMessage(message, "*");
    parent.postMessage({ type: "OUTGOING_CALL_STARTED", messageId: 2, data: {} }, "*");
  `);
  await tab.call();
  await expect.poll(() => tab.value("toNumber")).toBe("+447700900142");
  expect(await tab.text("status")).toBe("Ready to call");
  const said = (await tab.messages()).filter(({ from }) => from === "app");
  expect(said.map(({ type }) => type)).not.toContain("OUTGOING_CALL_STARTED");

  await tab.load(
    `data:text/html,<iframe id="hubspot-calling-extension-iframe" src="${widgetUrl}"></iframe>`,
  );
  await tab.enter("widget");
  expect(await driver.findElements(By.css("button"))).toEqual([]);
});
