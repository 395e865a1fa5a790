// What Playwright needs besides, to drive Firefox.
import { expect, test } from "@playwright/test";
import { mended } from "../firefox.ts";

/** What reaches a Firefox that fails at the command, for that reason. */
async function sent(command: string, reason: string): Promise<unknown> {
  const heard: unknown[] = [];
  const send = mended(async (method, params) => {
    heard.push([method, params]);
    if (method === command) throw new Error(`Protocol error (${method}): ${reason}`);
    return {};
  });
  await send(command, { context: "tab 1" });
  return heard;
}

test("a reload that Firefox breaks off is begun again by the page", async () => {
  const target = { context: "tab 1" };
  expect(await sent("browsingContext.reload", "NS_BINDING_ABORTED")).toEqual([
    ["browsingContext.reload", target],
    ["script.evaluate", { expression: "location.reload()", target, awaitPromise: false }],
  ]);
});

test("a reload that fails for another reason fails, and so does another command", async () => {
  await expect(sent("browsingContext.reload", "NS_ERROR_NET_RESET")).rejects.toThrow(
    "NS_ERROR_NET_RESET",
  );
  await expect(sent("browsingContext.navigate", "NS_BINDING_ABORTED")).rejects.toThrow(
    "NS_BINDING_ABORTED",
  );
});

test("a command that Firefox does not know does not reach it", async () => {
  expect(await sent("emulation.setMediaFeaturesOverride", "unknown command")).toEqual([]);
});
