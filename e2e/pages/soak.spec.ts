// Two hundred and fifty calls in one page leave it as fifty did. (`npm run bench` makes ten thousand.)

import { held, hostPage, makeCalls } from "../bench/host.mjs";
import { expect, test, widgetUrl } from "./fixtures.ts";

test("250 calls in one page leave no more behind than fifty", async ({
  context,
  page,
  browserName,
}) => {
  test.skip(browserName !== "chromium", "only Chromium's protocol tells what a page holds");
  test.setTimeout(90_000);
  // Both by the same way: a browser asks before a page of unknown origin may reach this machine.
  await context.route(widgetUrl, async (route) => route.fulfill({ response: await route.fetch() }));
  await context.route("https://app.hubspot.com/soak", (route) =>
    route.fulfill({ contentType: "text/html", body: hostPage(widgetUrl) }),
  );
  await page.goto("https://app.hubspot.com/soak");
  await page.evaluate("mount()");
  // Undrawn, it takes a third of the time, and as much memory.
  await page.evaluate("frame.hidden = true");
  const widget = page.frames()[1];
  if (!widget) throw new Error("The widget's frame is not there");
  await widget.evaluate(makeCalls, 50);
  const before = await held(page);
  await widget.evaluate(makeCalls, 200);
  const after = await held(page);
  expect(await page.evaluate("heard.CALL_COMPLETED")).toBe(250);
  expect(await page.evaluate("heard.OUTGOING_CALL_STARTED")).toBe(250);
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + 50);
  expect(after.heap).toBeLessThan(before.heap * 1.15);
  expect(await widget.evaluate(() => JSON.stringify(localStorage))).not.toContain("Notes of call");
});
