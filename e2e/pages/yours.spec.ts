// The worked example of src/yours.md: a fork made by its lines passes the checks, is built, and its telephone rings in the built page.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WebSocketRoute } from "@playwright/test";
import { blocksOf, cleanCheckout, root, run, runLine, startServer } from "../programs.ts";
import { expect, HubSpot, test, port as testPort } from "./fixtures.ts";

const document = "src/yours.md";
const port = testPort + 4;

/** The text with a diff's lines in it. */
function patched(text: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const without = (sign: string) =>
    lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
  const before = without("+").join("\n");
  expect(text.split(before), `once in the file: ${before}`).toHaveLength(2);
  return text.replace(before, () => without("-").join("\n"));
}

test("a fork with a telephone takes and makes calls", async ({ page, widget }) => {
  const fork = await cleanCheckout();
  const edit = async (file: string, change: (text: string) => string) =>
    writeFile(join(fork, file), change(await readFile(join(fork, file), "utf8")));
  const [phone = ""] = blocksOf(document, "ts");
  await writeFile(join(fork, "src/phone.ts"), phone);
  await edit("src/index.ts", (text) => blocksOf(document, "diff").reduce(patched, text));
  const policy = "connect-src wss://phone.example;";
  expect(await readFile(root + document, "utf8")).toContain(policy);
  await edit("src/index.html", (text) => text.replace("img-src data:;", `$& ${policy}`));

  const checked = await runLine("npm run check", {}, fork);
  expect(checked.code, checked.said).toBe(0);
  // What is over its budget is built, with a warning.
  const withBudget = async (kib: number) => {
    await edit("build.mjs", (text) => text.replace(/budget: \d+ \*/, `budget: ${kib} *`));
    return run(["build.mjs"], {}, fork).ended;
  };
  expect(await withBudget(12)).toMatchObject({
    code: 0,
    errors: expect.stringMatching(
      /^static\/index\.html is \d+ bytes over its budget of 12288 with brotli/,
    ),
  });
  expect(await withBudget(20)).toMatchObject({ code: 0, errors: "" });

  let line: WebSocketRoute | undefined;
  const told: unknown[] = [];
  await page.routeWebSocket("wss://phone.example/line", (socket) => {
    line = socket;
    socket.onMessage((said) => told.push(JSON.parse(String(said))));
  });
  const say = (news: object) => line?.send(JSON.stringify(news));
  const server = await startServer(port, [join(fork, "src/package/cli.mjs"), "serve", "--no-open"]);
  try {
    await page.goto(`https://hubspot.localhost:${port}/`);
    const hubspot = new HubSpot(page);
    await hubspot.set("usesCallingWindow", false);
    await hubspot.set("supportsInboundCalling", true);
    await widget.getByRole("button", { name: "Log in" }).click();
    await widget.getByRole("button", { name: "Available", exact: true }).click();
    await hubspot.heard("USER_AVAILABLE");

    say({ is: "rings", id: "42", from: "+1 212 555 0143", to: "+1 212 555 0100" });
    await expect(widget.getByRole("status")).toHaveText("Incoming call");
    expect(await hubspot.heard("INCOMING_CALL")).toMatchObject({
      externalCallId: "42",
      fromNumber: "+1 212 555 0143",
    });
    say({ is: "talks", id: "42" });
    await expect(widget.getByRole("status")).toHaveText("In call");
    // A second call is refused, and the end of a call that is over ends no other.
    say({ is: "rings", id: "43", from: "+1 212 555 0187", to: "+1 212 555 0100" });
    await expect.poll(() => told.at(-1)).toEqual({ refuse: "43" });
    say({ is: "ends", id: "43" });
    await widget.getByRole("button", { name: "Call ended" }).click();
    await expect.poll(() => told.at(-1)).toEqual({ hangUp: "42" });
    await hubspot.heard("CALL_ENDED");
    await widget.getByRole("button", { name: "Call completed" }).click();
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);

    await hubspot.dial({ phoneNumber: "+44 20 7946 0077" });
    await widget.getByRole("button", { name: "Outgoing call started" }).click();
    const { externalCallId: id } = await hubspot.heard("OUTGOING_CALL_STARTED");
    await expect.poll(() => told.at(-1)).toEqual({ call: "+44 20 7946 0077", id });
    say({ is: "talks", id });
    await hubspot.heard("CALL_ANSWERED", 2);
    say({ is: "ends", id });
    await hubspot.heard("CALL_ENDED", 2);
    await widget.getByRole("button", { name: "Call completed" }).click();
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(2);
    await page.goto("about:blank");
  } finally {
    server.kill();
    await rm(fork, { recursive: true });
  }
});
