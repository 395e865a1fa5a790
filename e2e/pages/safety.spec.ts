// Who may frame the widget and who may talk to it: HubSpot, and nobody else.
import type { Page } from "@playwright/test";
import { expect, HubSpot, port, test, widgetUrl } from "./fixtures.ts";

/** A page of that address which frames the widget; without its headers, so that the guard alone is tried. */
async function frameFrom(page: Page, address: string): Promise<void> {
  await page.context().route(widgetUrl, async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.context().route(address, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<script>
        heard = [];
        onmessage = ({ data, source }) => source !== window && heard.push(data);
      </script><iframe src="${widgetUrl}"></iframe>`,
    }),
  );
  await page.goto(address);
  await expect(page.frameLocator("iframe").locator("#host")).toHaveText("Connecting to HubSpot…");
}

/** What the page at the address heard from the widget, after it tried a handshake and a question. */
const tryHandshake = (page: Page) =>
  page.evaluate(async () => {
    const frame = document.querySelector("iframe")?.contentWindow;
    const hostUrl = location.origin;
    for (const type of ["SYNC", "NO_SUCH_TYPE", "END_CALL"]) {
      for (const data of [
        { type, messageId: `1_${type}`, hostUrl, portalId: 1 },
        null,
        "SYNC",
        { type },
      ]) {
        frame?.postMessage(data, "*");
      }
    }
    // A frame answers within its next task; several are allowed for.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(requestAnimationFrame);
    return (window as unknown as { heard: unknown[] }).heard;
  });

test("a foreign page that frames the widget hears nothing from it", async ({ page }) => {
  await frameFrom(page, "https://hubspot.com.evil.example/");
  expect(await tryHandshake(page)).toEqual([]);
  await expect(page.frameLocator("iframe").locator("#host")).toHaveText("Connecting to HubSpot…");
});

test("… while a page of HubSpot's does", async ({ page }) => {
  await frameFrom(page, "https://app-eu1.hubspot.com/");
  const heard = await tryHandshake(page);
  expect(heard).toContainEqual(expect.objectContaining({ type: "SYNC_ACK" }));
  expect(heard).toContainEqual(expect.objectContaining({ type: "INITIALIZED" }));
  await expect(page.frameLocator("iframe").locator("#host")).toHaveText("Connected to HubSpot");
});

test("a sibling frame cannot become the widget's HubSpot", async ({
  page,
  context,
  hubspot,
  widget,
}) => {
  await context.route(/sibling/, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<script>
        heard = [];
        tries = 0;
        onmessage = ({ data }) => heard.push(data);
        setInterval(() => {
          if (parent.length < 2) return;
          tries += 1;
          parent.frames[1].postMessage(
            { type: "SYNC", messageId: "1_1", hostUrl: location.origin, portalId: 666 }, "*");
        }, 1);
      </script>`,
    }),
  );
  await page.evaluate((port) => {
    const frame = document.createElement("iframe");
    frame.src = `https://sibling.localhost:${port}/`;
    document.body.prepend(frame);
  }, port);
  await hubspot.logIn();
  await hubspot.dial();
  await expect(widget.getByRole("button", { name: "Outgoing call started" })).toBeEnabled();
  const acks = (await hubspot.messages()).filter(({ type }) => type === "SYNC_ACK");
  expect(acks).toHaveLength(1);
  const sibling = page.frame({ url: /sibling/ });
  await expect.poll(() => sibling?.evaluate("tries")).toBeGreaterThan(100);
  expect(await sibling?.evaluate("heard")).toEqual([]);
});

test("the local HubSpot hears its own frame alone", async ({ page, hubspot }) => {
  await hubspot.logIn();
  const before = await hubspot.conversation();
  await page.evaluate(() => {
    const message = { type: "ERROR", messageId: "1_1", data: { message: "forged" } };
    window.postMessage(message, "*");
    for (const data of [null, "ERROR", {}]) window.postMessage(data, "*");
  });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await hubspot.conversation()).toEqual(before);
  await expect(hubspot.alerts()).toBeEmpty();
});

test("the browser refuses to frame the widget elsewhere", async ({
  browserName,
  page,
  complaints,
}) => {
  const framed = (await page.goto(widgetUrl))?.headers()["content-security-policy"];
  expect(framed).toContain("frame-ancestors");
  await page.goto("https://hubspot.com.evil.example/");
  const hubspot = new HubSpot(page);
  await hubspot.install("The widget", widgetUrl);
  await hubspot.call();
  const refused = browserName === "chromium" ? /^chrome-error:/ : /^about:/;
  await expect.poll(() => page.frames()[1]?.url()).toMatch(refused);
  await expect(page.locator("#panel-status")).toHaveText("Connecting to The widget…");
  expect(complaints.splice(0).join()).toContain("frame-ancestors");
});

test("a whole call asks no other origin for anything", async ({ page, hubspot, widget }) => {
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  await page.reload();
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
  expect([...asked].sort()).toEqual([new URL(page.url()).origin, new URL(widgetUrl).origin]);
});

test("the policies forbid what is not inlined, and strings as markup", async ({
  page,
  complaints,
}) => {
  for (const address of [widgetUrl, "/"]) {
    await page.goto(address);
    const policy = await page.locator("meta[http-equiv]").getAttribute("content");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
    // An app's recording comes from anywhere, into HubSpot's page alone.
    expect(policy?.includes("media-src 'self' https:")).toBe(address === "/");
    const thrown = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<b>markup</b>";
        return "nothing";
      } catch (error) {
        return String(error);
      }
    });
    expect(thrown).toContain("TypeError");
  }
  await expect.poll(() => complaints.length).toBe(2);
  complaints.length = 0;
});
