// A call survives what kills its frame, and one that does not is shown and completed: nothing is lost, nothing is said twice.
import type { Frame, FrameLocator, Page } from "@playwright/test";
import { expect, HubSpot, pasted, test, widgetUrl } from "./fixtures.ts";

/** The widget's own frame, for what happens to it. */
async function frameOf(page: Page): Promise<Frame> {
  const element = await page.locator("#hubspot-calling-extension-iframe").elementHandle();
  const frame = await element?.contentFrame();
  if (!frame) throw new Error("The widget's frame is not there");
  return frame;
}

const reloadFrame = async (page: Page) => {
  const frame = await frameOf(page);
  await frame.evaluate(() => {
    document.title = "Old";
    location.reload();
  });
  const isNew = () =>
    frame.evaluate(() => document.title !== "Old" && !document.querySelector("main[hidden]"));
  // Between the two pages there is none to ask.
  await expect.poll(() => isNew().catch(() => false)).toBe(true);
};

/** Everything that the widget keeps in the browser, as one text. */
const storage = async (page: Page): Promise<string> =>
  (await frameOf(page)).evaluate(async () => {
    const opening = indexedDB.open("calling-widget");
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const reading = opening.result.transaction("rooms").objectStore("rooms").getAll();
    await new Promise((resolve) => {
      reading.onsuccess = resolve;
    });
    opening.result.close();
    return JSON.stringify([localStorage, sessionStorage, reading.result]);
  });

/** The ids in the app's messages about calls. */
async function callIds(hubspot: HubSpot): Promise<string[]> {
  const ids = (await hubspot.messages()).map(({ data }) => Object(data).externalCallId);
  return [...new Set(ids.filter((id) => typeof id === "string"))];
}

/** Waits, in a page of HubSpot's, until no frame of the widget is left elsewhere: a tab takes its time to go. */
async function noneLeft(page: Page): Promise<void> {
  await page.evaluate((url) => {
    const watch = document.createElement("iframe");
    watch.src = url;
    watch.name = "watch";
    document.body.append(watch);
  }, widgetUrl);
  // Whoever is in a room holds its lock, and keeps what there is under the same name.
  const held = async () =>
    page.frame("watch")?.evaluate(async () => {
      const isHeld = (room: string) =>
        navigator.locks.request(room, { ifAvailable: true }, (lock) => !lock);
      return (await Promise.all(Object.keys(localStorage).map(isHeld))).filter(Boolean).length;
    });
  await expect.poll(held).toBe(0);
  await page.evaluate(() => document.querySelector("iframe[name=watch]")?.remove());
}

const statusOf = (widget: FrameLocator) => widget.locator("#status");
const click = (widget: FrameLocator, button: string) =>
  widget.getByRole("button", { name: button }).click();

/** Dials the viewed record, and goes on until the call is answered. */
async function answer(hubspot: HubSpot, widget: FrameLocator): Promise<void> {
  await hubspot.dial();
  await click(widget, "Outgoing call started");
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await click(widget, "Call answered");
  await expect(statusOf(widget)).toHaveText("In call");
}

async function finish(widget: FrameLocator): Promise<void> {
  await click(widget, "Call ended");
  await widget.getByLabel("Notes").fill("Goes on");
  await click(widget, "Call completed");
}

test.beforeEach(({ page }) => {
  // "Leave the page during a call?" Yes.
  page.on("dialog", (dialog) => dialog.accept());
});

test("a frame that is loaded again in any state shows the same, and goes on", async ({
  hubspot,
  page,
  widget,
}) => {
  const about = widget.locator("#about");
  await hubspot.logIn();
  await reloadFrame(page);
  await expect(statusOf(widget)).toHaveText("Ready to call");

  await hubspot.dial();
  await expect(widget.getByLabel("To", { exact: true })).toHaveValue("+447700900142");
  await reloadFrame(page);
  await expect(about).toContainText("Contact, record 37621684101");

  await click(widget, "Outgoing call started");
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await reloadFrame(page);
  await expect(statusOf(widget)).toHaveText("Ringing");
  await expect(about).toContainText("Contact, record 37621684101");
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);

  await click(widget, "Call answered");
  await widget.getByLabel("Notes").fill("Half a sent");
  await expect(widget.getByRole("timer")).toHaveText("00:02");
  await reloadFrame(page);
  await expect(statusOf(widget)).toHaveText("In call");
  // It ran on.
  await expect(widget.getByRole("timer")).toHaveText(/00:0[2-9]/);
  await expect(widget.getByLabel("Notes")).toHaveValue("Half a sent");
  await expect(page.getByText("Hang up")).toBeVisible();

  await click(widget, "Call ended");
  await widget.getByLabel("Outcome").selectOption("Connected");
  await reloadFrame(page);
  await expect(statusOf(widget)).toHaveText("Call ended");
  await expect(widget.getByLabel("Notes")).toHaveValue("Half a sent");
  await widget.getByLabel("Notes").fill("Half a sentence");
  await click(widget, "Call completed");

  await expect
    .poll(() => hubspot.timeline())
    .toMatchObject([
      {
        properties: {
          hs_call_body: "Half a sentence",
          hs_call_disposition: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
          hs_call_duration: expect.stringMatching(/^[2-9]\d{3}$/),
        },
      },
    ]);
  for (const type of ["OUTGOING_CALL_STARTED", "CALL_ANSWERED", "CALL_ENDED", "CALL_COMPLETED"])
    await hubspot.heard(type, 1);
  expect(await callIds(hubspot)).toHaveLength(1);
});

for (const [what, happens] of [
  ["the page is loaded again", (page) => page.reload()],
  [
    "another record is opened",
    async (page) => {
      await page.getByRole("navigation", { name: "Records" }).getByText("Grace Hopper").click();
    },
  ],
  [
    "the user goes elsewhere, and back",
    async (page) => {
      await page.goto(widgetUrl);
      await page.goBack();
    },
  ],
] as [string, (page: Page) => Promise<unknown>][]) {
  test(`the call goes on after ${what}`, async ({ hubspot, page, widget }) => {
    await hubspot.logIn();
    await answer(hubspot, widget);
    const [id] = await callIds(hubspot);
    await happens(page);
    await hubspot.call();
    await expect(statusOf(widget)).toHaveText("In call");
    await expect(widget.locator("#callee")).toHaveText("+447700900142");
    await finish(widget);
    await expect
      .poll(() => hubspot.timeline())
      .toMatchObject([
        { recordIds: [37621684101, 18934410201], properties: { hs_call_body: "Goes on" } },
      ]);
    expect(await callIds(hubspot)).toContain(id);
    expect(
      (await hubspot.conversation()).filter((said) => said === "app: CALL_COMPLETED"),
    ).toHaveLength(1);
  });
}

test("the call goes on after the tab's process crashed", async ({
  browserName,
  context,
  hubspot,
  page,
  widget,
}) => {
  test.skip(browserName !== "chromium", "only Chromium's protocol lets a page crash");
  await hubspot.logIn();
  await answer(hubspot, widget);
  await widget.getByLabel("Notes").fill("Goes");
  await expect.poll(() => storage(page)).toContain("Goes");
  const session = await context.newCDPSession(page);
  const crashing = page.waitForEvent("crash");
  // The answer does not come.
  session.send("Page.crash").catch(() => {});
  await crashing;

  const again = await context.newPage();
  await again.goto("/");
  await noneLeft(again);
  const revived = again.frameLocator("#hubspot-calling-extension-iframe");
  await new HubSpot(again).call();
  await expect(statusOf(revived)).toHaveText("In call");
  await expect(revived.getByLabel("Notes")).toHaveValue("Goes");
});

test("a panel that is closed and opened again shows the call", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  await answer(hubspot, widget);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(statusOf(widget)).toBeHidden();
  await page.getByRole("button", { name: "Demo App Local" }).first().click();
  await expect(statusOf(widget)).toHaveText("In call");
});

test("the call of a browser that was closed for an hour is shown, and completed with what is known", async ({
  context,
  hubspot,
  page,
  widget,
}) => {
  // By its address: with a clock of its own, a page does not hear of its server.
  await hubspot.install("The widget", widgetUrl);
  await hubspot.logIn();
  await answer(hubspot, widget);
  await widget.getByLabel("Notes").fill("Written before");
  await expect.poll(() => storage(page)).toContain("Written before");
  await page.close();

  const later = await context.newPage();
  await later.clock.install({ time: Date.now() + 3_600_000 });
  await later.goto("/");
  await noneLeft(later);
  const again = later.frameLocator("#hubspot-calling-extension-iframe");
  const then = new HubSpot(later);
  await then.call();
  await expect(statusOf(again)).toHaveText("Call ended");
  await expect(again.getByRole("alert")).toHaveText("The frame that held the call was closed.");
  await expect(again.getByLabel("Notes")).toHaveValue("Written before");
  await expect(then.alerts()).toBeEmpty();
  await click(again, "Call completed");
  await expect
    .poll(() => then.timeline())
    .toMatchObject([
      {
        recordIds: [37621684101, 18934410201],
        properties: { hs_call_status: "FAILED", hs_call_body: "Written before" },
      },
    ]);
  // It ended when it was last seen, not an hour later.
  const [call] = await then.timeline();
  expect(Number(call?.properties.hs_call_duration)).toBeLessThan(30_000);
});

test("what an older version kept, or what is damaged, is not restored, and the widget says so", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  /** Changes what is kept: as the browser has it, and its copy on disk. */
  const damage = async (how: (kept: string) => string, where: "one" | "both") => {
    const frame = await frameOf(page);
    for (const [key, value] of await frame.evaluate(() => Object.entries<string>(localStorage)))
      await frame.evaluate(
        async ([room, text, isBoth]) => {
          localStorage.setItem(room, text);
          if (!isBoth) return;
          const opening = indexedDB.open("calling-widget");
          await new Promise((resolve) => {
            opening.onsuccess = resolve;
          });
          const writing = opening.result.transaction("rooms", "readwrite");
          writing.objectStore("rooms").put([room, text], room);
          await new Promise((resolve) => {
            writing.oncomplete = resolve;
          });
          opening.result.close();
        },
        [key, how(value), where === "both"] as const,
      );
    await reloadFrame(page);
  };
  const cut = (kept: string) => kept.slice(0, -20);
  await damage(cut, "one");
  await expect(statusOf(widget)).toHaveText("Ready to call");

  for (const how of [
    cut,
    (kept: string) => kept.replace("idle", "odd"),
    // Another version's sum.
    (kept: string) => kept.replace(/-?\d+$/, (sum) => String(Number(sum) + 1)),
    () => "",
    () => '{"call":{"status":"answered"},"form":{}}',
    () => "null",
  ]) {
    await damage(how, "both");
    await expect(widget.getByRole("alert")).toHaveText("An earlier call was lost.");
    await expect(statusOf(widget)).toHaveText("Logged out");
    await click(widget, "Log in");
    await expect(widget.locator("#notice")).toBeEmpty();
  }
  await answer(hubspot, widget);
});

for (const [how, script] of [
  [
    "blocked",
    `for (const name of ["localStorage", "sessionStorage", "indexedDB"]) Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });`,
  ],
  [
    "full",
    `Storage.prototype.setItem = IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError"); };`,
  ],
] as const) {
  test(`with storage that is ${how} a call is made, and the widget says that nothing is kept`, async ({
    context,
    hubspot,
    page,
    widget,
  }) => {
    await context.addInitScript(`if (top !== window) { ${script} }`);
    await page.reload();
    await hubspot.logIn();
    await expect(widget.locator("#host")).toHaveText(
      "Connected to HubSpot, storage blocked or full",
    );
    await answer(hubspot, widget);
    await finish(widget);
    await expect.poll(() => hubspot.timeline()).toHaveLength(1);
    await page.reload();
    await hubspot.call();
    await expect(statusOf(widget)).toHaveText("Logged out");
  });
}

test("nothing of a call stays in the browser once HubSpot has confirmed it", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  await answer(hubspot, widget);
  const [id = ""] = await callIds(hubspot);
  const { engagementId } = Object(
    (await hubspot.messages()).find(({ type }) => type === "ENGAGEMENT_CREATED")?.data,
  );
  const traces = [id, String(engagementId), "+447700900142", "37621684101", "Goes on"];
  await widget.getByLabel("Notes").fill("Goes on");
  await expect.poll(() => storage(page)).toContain("Goes on");
  for (const trace of traces) expect(await storage(page)).toContain(trace);
  await finish(widget);
  await expect.poll(() => hubspot.timeline()).toHaveLength(1);
  await expect.poll(() => storage(page)).not.toContain("Goes on");
  for (const trace of traces) expect(await storage(page)).not.toContain(trace);
});

test("notes that HubSpot did not save can be copied, and a reload keeps them", async ({
  hubspot,
  page,
  widget,
}) => {
  await hubspot.logIn();
  await page.evaluate(() => window.hubspot.faults.add("updateEngagementFails"));
  await answer(hubspot, widget);
  await finish(widget);
  await expect(hubspot.alerts()).toContainText("HubSpot has not saved the call");
  await page.getByRole("button", { name: "Demo App Local" }).first().click();
  await reloadFrame(page);
  await expect(statusOf(widget)).toHaveText("Not saved");
  await click(widget, "Copy notes");
  expect(await pasted(page)).toBe("Goes on");
  await page.evaluate(() => window.hubspot.faults.delete("updateEngagementFails"));
  await click(widget, "Call completed");
  await expect
    .poll(() => hubspot.timeline())
    .toMatchObject([{ properties: { hs_call_body: "Goes on" } }]);
});
