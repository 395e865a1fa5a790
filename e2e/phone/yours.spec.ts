// The worked example of src/documents/yours.md: a fork made by its lines passes the checks, is built, and its telephone rings in the built page.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WebSocketRoute } from "@playwright/test";
import { expect, HubSpot, test } from "../pages/fixtures.ts";
import { portOf } from "../ports.ts";
import { blocksOf, cleanCheckout, root, run, runLine, startServer } from "../programs.ts";
import { inTabs, Phone } from "./phone.ts";

const document = "src/documents/yours.md";
const port = portOf("fork");

/** The text with a diff's lines in it. */
function patched(text: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const without = (sign: string) =>
    lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
  const before = without("+").join("\n");
  expect(text.split(before), `once in the file: ${before}`).toHaveLength(2);
  return text.replace(before, () => without("-").join("\n"));
}

test("a fork with a line of its own takes and makes calls", async ({ page }) => {
  // It is checked, and built twice.
  test.setTimeout(90_000);
  const fork = await cleanCheckout();
  const edit = async (file: string, change: (text: string) => string) =>
    writeFile(join(fork, file), change(await readFile(join(fork, file), "utf8")));
  const [line = ""] = blocksOf(document, "ts");
  await writeFile(join(fork, "src/line/socket.ts"), line);
  await edit("src/phone/index.ts", (text) => blocksOf(document, "diff").reduce(patched, text));
  const policy = "connect-src wss://phone.example;";
  expect(await readFile(root + document, "utf8")).toContain(policy);
  await edit("src/phone/index.html", (text) => text.replace("img-src data:;", `$& ${policy}`));

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

  let socket: WebSocketRoute | undefined;
  let isClosed = false;
  const told: unknown[] = [];
  await page.routeWebSocket("wss://phone.example/line", (route) => {
    socket = route;
    route.onMessage((said) => told.push(JSON.parse(String(said))));
    route.onClose(() => {
      isClosed = true;
    });
  });
  const say = (news: object) => socket?.send(JSON.stringify(news));
  const hears = (command: Record<string, unknown>) =>
    expect.poll(() => told.at(-1)).toMatchObject(command);
  const server = await startServer(port, [join(fork, "src/package/cli.mjs"), "serve", "--no-open"]);
  try {
    await page.goto(`https://hubspot.localhost:${port}/`);
    const hubspot = new HubSpot(page);
    await hubspot.install("Demo App Phone", `https://localhost:${port}/phone.html`, inTabs);
    const phone = new Phone(hubspot);
    await phone.logIn();
    await phone.available();

    // A call in: answered, muted and hung up by the telephone.
    const numbers = { from: "+1 212 555 0143", to: "+1 212 555 0100" };
    say({ is: "rings", id: "42", ...numbers });
    await phone.shows("incoming");
    expect(await hubspot.heard("INCOMING_CALL")).toMatchObject({
      externalCallId: "42",
      fromNumber: "+1 212 555 0143",
    });
    say({ is: "talks", id: "42" });
    await phone.shows("in call");
    say({ is: "mutes", id: "42", on: true });
    await expect(phone.status).toHaveText("Muted");
    say({ is: "presses", id: "42", digits: "5" });
    await phone.click("Keypad");
    await expect(phone.at("sent")).toHaveText("5");
    await page.keyboard.press("Escape");
    // A second call is refused.
    say({ is: "rings", id: "43", ...numbers });
    await hears({ type: "reject", id: "43" });
    say({ is: "ends", id: "42" });
    await hubspot.heard("CALL_ENDED");
    await phone.save();

    // And one that is answered, muted and hung up by the phone's buttons.
    say({ is: "rings", id: "44", ...numbers });
    await phone.click("Answer");
    await hears({ type: "answer", id: "44" });
    say({ is: "talks", id: "44" });
    await phone.click("Mute");
    await hears({ type: "mute", id: "44", isOn: true });
    say({ is: "mutes", id: "44", on: true });
    await page.keyboard.press("7");
    await hears({ type: "digits", id: "44", digits: "7" });
    // The end of an earlier call comes late: this one goes on.
    say({ is: "ends", id: "42" });
    say({ is: "mutes", id: "44", on: false });
    await expect(phone.status).toHaveText("In call");
    await phone.click("Hang up");
    await hears({ type: "hang up", id: "44" });
    await hubspot.heard("CALL_ENDED", 2);
    await phone.save();

    // A call out.
    await hubspot.dial({ phoneNumber: "+44 20 7946 0077" });
    await phone.click("Call");
    const { externalCallId: id } = await hubspot.heard("OUTGOING_CALL_STARTED");
    await hears({ type: "call", id, toNumber: "+44 20 7946 0077" });
    say({ is: "talks", id });
    await hubspot.heard("CALL_ANSWERED", 3);
    say({ is: "ends", id });
    await hubspot.heard("CALL_ENDED", 3);
    await phone.click("Save");
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(3);
    await expect(hubspot).toKeepTheRules();
    // Who logs out leaves the telephone system, and nothing is wrong then.
    await page.getByRole("button", { name: "Show Demo App Phone" }).click();
    await phone.click("Log out");
    await phone.shows("log in");
    await expect.poll(() => isClosed).toBe(true);
    await expect(phone.at("notice")).toBeEmpty();
    await page.goto("about:blank");
  } finally {
    server.kill();
    await rm(fork, { recursive: true });
  }
});
