// The SIP line keeps to the contract of every line, with robots at the far ends of a real server.
import type { LineCommand } from "../../src/line/line.ts";
import { contract, type Subject, until } from "../line/contract.ts";
import { extensions } from "./extensions.ts";
import { test as base } from "./phones.ts";

/** Who is on trial, by the account that the contract registers with. */
const account = "100";

const test = base.extend<{ line: Subject }>({
  line: async ({ own: page, robots }, use) => {
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
    const pass = () => page.evaluate(() => new Promise<void>((next) => setTimeout(next, 20)));
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
