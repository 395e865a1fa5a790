// The app's panel in the local HubSpot: opening, sizes, visibility, moving, alerts, and an app that never answers.
import { expect, test, widgetUrl } from "./fixtures.ts";

test("opening the app is a handshake, INITIALIZED, and then the app is shown", {
  tag: "@any-widget",
}, async ({ page, hubspot }) => {
  await hubspot.call();
  await hubspot.heard("INITIALIZED");
  const [sync, ack, initialized] = (await hubspot.messages()).filter(
    ({ type }, index) => type !== "SYNC" || index === 0,
  );
  const fields = {
    hostUrl: new URL(page.url()).origin,
    portalId: 62515,
    userId: 4711,
    ownerId: 275088328,
    iframeLocation: "widget",
    usesCallingWindow: true,
  };
  expect(sync).toMatchObject({ from: "hubspot", frame: "widget", type: "SYNC", data: fields });
  expect(ack).toMatchObject({ from: "app", type: "SYNC_ACK", data: fields });
  expect(initialized).toMatchObject({ from: "app", type: "INITIALIZED" });
  await expect(page.locator("#panel-status")).toBeEmpty();
});

test("the widget says what it is, again when it is told to, and gets the size it asks for", async ({
  page,
  hubspot,
  widget,
}) => {
  const frame = page.locator("iframe");
  await hubspot.call();
  expect(await hubspot.heard("INITIALIZED")).toEqual({
    isLoggedIn: false,
    isAvailable: false,
    sizeInfo: { width: 400, height: 650 },
  });
  await expect(frame).toHaveAttribute("width", "400px");
  await expect(frame).toHaveAttribute("height", "650px");
  const chart = page.getByRole("region", { name: "Messages" });
  const arrow = chart.getByRole("listitem").filter({ hasText: "INITIALIZED" });
  await expect(arrow).toContainText("App to HubSpot:");
  await arrow.getByText("INITIALIZED").click();
  await expect(arrow).toContainText('"isLoggedIn": false');

  await hubspot.logIn();
  await widget.getByText("More", { exact: true }).click();
  await widget.getByRole("button", { name: "Initialize" }).click();
  expect(await hubspot.heard("INITIALIZED", 2)).toMatchObject({ isLoggedIn: true });

  // As a person does: in Firefox, Playwright's fill() adds to a number that is there.
  const enter = async (label: string, number: string) => {
    await widget.getByLabel(label).press("ControlOrMeta+A");
    await widget.getByLabel(label).pressSequentially(number);
  };
  await enter("Width, px", "320");
  await enter("Height, px", "5");
  await widget.getByRole("button", { name: "Resize widget" }).click();
  await expect(widget.getByLabel("Height, px")).toBeFocused();
  expect(await hubspot.conversation()).not.toContain("app: RESIZE_WIDGET");
  await enter("Height, px", "500");
  await widget.getByRole("button", { name: "Resize widget" }).click();
  expect(await hubspot.heard("RESIZE_WIDGET")).toEqual({ width: 320, height: 500 });
  await expect(frame).toHaveAttribute("width", "320px");
  await expect(frame).toHaveAttribute("height", "500px");

  // Markup stays text.
  await widget.getByLabel("Error message").fill("<img src=x onerror=alert(1)>");
  await widget.getByRole("button", { name: "Send error" }).click();
  expect(await hubspot.heard("ERROR")).toEqual({ message: "<img src=x onerror=alert(1)>" });
  await expect(hubspot.alerts()).toContainText("<img src=x onerror=alert(1)>");
  await expect(hubspot.alerts().locator("img")).toHaveCount(0);

  // Leaving the record takes the panel with it.
  await hubspot.open("Grace Hopper");
  await expect(frame).toHaveCount(0);
});

test("beside a call, a narrow panel still has the app's whole name", async ({
  page,
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByText("More", { exact: true }).click();
  await widget.getByLabel("Width, px").press("ControlOrMeta+A");
  await widget.getByLabel("Width, px").pressSequentially("260");
  await widget.getByRole("button", { name: "Resize widget" }).click();
  await expect(page.locator("iframe")).toHaveAttribute("width", "260px");
  const name = page.getByRole("heading", { name: "Demo App Local" });
  expect((await name.boundingBox())?.height, "one line").toBeLessThan(24);
  await page.getByRole("button", { name: "Hang up" }).click();
  await hubspot.heard("CALL_ENDED");
});

test("minimizing, closing and showing the panel tell the app", async ({
  page,
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  const panel = page.getByRole("region", { name: "Demo App Local" });
  await panel.getByRole("button", { name: "Minimize" }).click();
  await expect(page.locator("iframe")).toBeHidden();
  await panel.getByRole("button", { name: "Restore" }).click();
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toBeHidden();
  await page.getByRole("button", { name: "Show Demo App Local" }).click();
  await expect(panel).toBeVisible();
  const said = (await hubspot.messages()).filter(({ type }) => type === "VISIBILITY_CHANGED");
  expect(said.map(({ data }) => data)).toEqual([
    { isMinimized: true, isHidden: false },
    { isMinimized: false, isHidden: false },
    { isMinimized: false, isHidden: true },
    { isMinimized: false, isHidden: false },
  ]);
  await expect(widget.getByRole("status")).toHaveText("Ready to call");
});

test("a completed call closes the panel, unless it is to stay open", async ({
  page,
  hubspot,
  widget,
}) => {
  await hubspot.logIn();
  const panel = page.getByRole("region", { name: "Demo App Local" });
  for (const keepOpen of [true, false]) {
    await hubspot.dial();
    await widget.getByRole("button", { name: "Outgoing call started" }).click();
    const more = widget.locator("details", { has: widget.getByLabel("Stay open") });
    if (!(await more.getAttribute("open").then((open) => open !== null)))
      await more.locator("summary").click();
    await widget.getByLabel("Stay open").setChecked(keepOpen);
    await widget.getByRole("button", { name: "Call ended" }).click();
    await widget.getByRole("button", { name: "Call completed" }).click();
    await expect(widget.locator("#status")).toHaveText("Ready to call");
    await expect(panel).toBeVisible({ visible: keepOpen });
  }
  await expect(widget.locator("#notice")).toContainText("is on the timeline");
});

test("the panel can be dragged, moved by keyboard, and not lost", async ({ page, hubspot }) => {
  await hubspot.logIn();
  const panel = page.locator("#panel");
  const where = async () => {
    const { x, y } = (await panel.boundingBox()) ?? { x: Number.NaN, y: Number.NaN };
    return [Math.round(x), Math.round(y)];
  };
  const [x = 0, y = 0] = await where();
  await page.mouse.move(x + 200, y + 15);
  await page.mouse.down();
  await page.mouse.move(x + 100, y + 5);
  await page.mouse.up();
  await page.mouse.move(x, y);
  expect(await where()).toEqual([x - 100, y - 10]);

  await page.getByRole("button", { name: "Move with the arrow keys" }).press("ArrowRight");
  expect(await where()).toEqual([x - 84, y - 10]);

  await page.mouse.move(x + 100, y);
  await page.mouse.down();
  await page.mouse.move(0, 0);
  await page.mouse.up();
  expect(await where()).toEqual([0, 0]);
});

test("“Start afresh” forgets calls, messages and the app", async ({ page, hubspot, widget }) => {
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect(page.getByText("Call to +447700900142")).toBeVisible();
  await page.getByRole("button", { name: "Start afresh" }).click();
  await expect(page.getByText("No calls yet")).toBeVisible();
  await expect(page.locator("iframe")).toHaveCount(0);
  expect(await hubspot.messages()).toEqual([]);
  await page.reload();
  expect(await hubspot.timeline()).toEqual([]);
});

test("an app that never answers has the size of its settings, and is said to have failed after 30 s", async ({
  page,
  context,
  hubspot,
}) => {
  await context.route("https://silent.example/", (route) =>
    route.fulfill({ contentType: "text/html; charset=utf-8", body: "…" }),
  );
  await page.clock.install();
  const size = { width: 330, height: 480 };
  await hubspot.install({ name: "Silent app", url: "https://silent.example/", ...size });
  await page.locator("summary", { hasText: "Call" }).click();
  await page.getByRole("button", { name: "Call with" }).click();
  await expect(page.locator("#panel-status")).toHaveText("Connecting to Silent app…");
  await expect(page.getByText("HubSpot to app: SYNC")).toBeVisible();
  expect(await page.locator("iframe").boundingBox()).toMatchObject(size);
  await page.clock.runFor(31_000);
  await expect(page.locator("#panel-status")).toContainText(
    "Silent app did not answer SYNC for 30 s",
  );
});

test("the widget notices a HubSpot that never answers", async ({ page }) => {
  await page.clock.install();
  await page.goto("/");
  await page.evaluate((src) => {
    document.body.append(Object.assign(document.createElement("iframe"), { src }));
  }, widgetUrl);
  const host = page.frameLocator("iframe").locator("#host");
  await expect(host).toHaveText("Connecting to HubSpot…");
  await page.clock.runFor(31_000);
  await expect(host).toContainText("No answer from HubSpot");
});

test("settings that cannot be used are said so, and nothing else breaks", async ({
  page,
  hubspot,
  widget,
}) => {
  await page.evaluate(() => {
    localStorage.setItem("LocalSettings:Calling:CallingExtensions", "{name: <b>my app</b>}");
    localStorage.setItem("LocalSettings:Calling:installDemoWidget", "local");
  });
  await page.reload();
  await expect(page.locator("#problems")).toContainText(
    "LocalSettings:Calling:CallingExtensions is not JSON",
  );
  await hubspot.logIn();
  await hubspot.dial();
  await expect(widget.getByRole("button", { name: "Outgoing call started" })).toBeEnabled();
});

test("the first record's own link leaves the app where it is: nothing else is shown", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  await page.getByRole("navigation", { name: "Records" }).getByText("Ada Lovelace").click();
  await expect(page).toHaveURL(/#\/record\//);
  await expect(widget.locator("#status")).toHaveText("Ready to call");
  const handshakes = (await hubspot.conversation()).filter((said) => said === "app: SYNC_ACK");
  expect(handshakes).toHaveLength(1);
});
