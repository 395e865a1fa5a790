// The SIP line keeps to the contract of every line, with robots at the far ends of a real server.
import type { Page } from "@playwright/test";
import type { LineCommand } from "../../src/line/line.ts";
import { contract, type Subject, until, voice } from "../line/contract.ts";
import { person } from "../line/person.ts";
import { extensions } from "./extensions.ts";
import { hasKamailio } from "./kamailio.ts";
import { test as base, bundle, newContext, openPage, script } from "./phones.ts";

/** Who is on trial, by the account that the contract registers with. */
const account = "100";

base.skip(!process.env.CI && !(await hasKamailio()), "Kamailio is not installed.");

/** The far ends that do what their numbers say. */
let robots: Page;
/** One page for all: each test has a line of its own in it. */
let page: Page;
base.beforeAll(async ({ browser, server, sip }) => {
  const scripts = { "page.js": await bundle("e2e/sip/robots.ts", "esm", server.address) };
  robots = await openPage(await newContext(browser), server, scripts);
  await robots.waitForFunction(() => "robots" in window);
  await robots.evaluate(() => window.robots.open());
  const context = await newContext(browser);
  await context.addInitScript(person, voice);
  page = await openPage(context, server, { "page.js": script, "sip.js": sip });
});
base.afterAll(async () => {
  for (const each of [page, robots]) await each.context().close();
});

const test = base.extend<{ line: Subject }>({
  line: async ({ browserName: _ }, use) => {
    await page.waitForFunction(() => "renew" in window);
    await page.evaluate(() => window.renew());
    const told = () =>
      page.evaluate(() =>
        window.events.map((event) => {
          if (event.type !== "recorded" || !event.recording) return event;
          const { size, type } = event.recording;
          return Object.assign({}, event, { recording: { size, type } });
        }),
      );
    /** Until more is told, or for a fifth of a second: it may have been told before this was asked. */
    const pass = () =>
      page.evaluate(async () => {
        const told = window.events.length;
        for (let left = 10; left > 0 && window.events.length === told; left--)
          await new Promise((next) => setTimeout(next, 20));
      });
    await use({
      can: await page.evaluate(() => window.line.can),
      tell: (command: LineCommand) => page.evaluate((each) => window.line.tell(each), command),
      told,
      pass,
      heard: () => page.evaluate(() => window.person.heard()),
      numbers: {
        answers: extensions.echoes,
        busy: extensions["is busy"],
        noAnswer: extensions.waits,
        declines: extensions.declines,
        unknown: "2999",
        hangsUp: extensions["hangs up"],
        holds: extensions.holds,
        saysDigits: extensions.echoes,
        other: extensions["hangs up"],
      },
      ring: async (fromNumber) => {
        await robots.evaluate(([from, to]) => window.robots.call(from, to), [
          fromNumber,
          account,
        ] as const);
        return (await until({ told, pass }, "incoming")).id;
      },
      giveUp: () => robots.evaluate(() => window.robots.giveUp()),
    });
    await page.evaluate(() => window.line.tell({ type: "unregister" }));
    await until({ told, pass }, "unregistered");
  },
});

contract("The SIP line", test);
