// A development server without a certificate: the local HubSpot shows its app, and says that HubSpot itself would not.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test as base, expect } from "./fixtures.ts";
import { simpleWidget } from "./simple-widget.ts";

const test = base.extend<{ server: { port: number } }>({
  server: async ({ browserName: _ }, use) => {
    const server = createServer((_request, response) =>
      response.setHeader("content-type", "text/html").end(simpleWidget({})),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await use({ port: (server.address() as AddressInfo).port });
    server.closeAllConnections();
    server.close();
  },
});

for (const host of ["localhost", "127.0.0.1", "my-app.localhost"])
  test(`an app at http://${host} makes a call, and is said to be refused by HubSpot itself`, async ({
    hubspot,
    page,
    server,
  }) => {
    const url = `http://${host}:${server.port}/`;
    await hubspot.install("Mine", url);
    await page.locator("#callmenu > summary").click();
    await expect(page.locator("#hint")).toContainText(
      `HubSpot itself would refuse ${url}: it frames only https.`,
    );
    await page.getByRole("button", { name: "Call with" }).click();
    await hubspot.heard("CALL_ANSWERED");
    await page.getByRole("button", { name: "Hang up" }).click();
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
  });

test("an http app of another machine is refused", async ({ hubspot, page }) => {
  await hubspot.install("Elsewhere", "http://app.example/");
  await expect(page.locator("#problems")).toContainText("has a url that is not https");
});
