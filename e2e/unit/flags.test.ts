// How the browser is started: the user's own arguments go on to count.
import { expect, test } from "@playwright/test";
import { browserArguments } from "../../src/judge/flags.mjs";

test("storage is partitioned, and the local HubSpot is found under HubSpot's host", () => {
  expect(browserArguments([], 4711)).toEqual([
    "--disable-features=Translate,MediaRouter,PaintHolding,HttpsUpgrades",
    "--host-resolver-rules=MAP app.hubspot.com 127.0.0.1:4711",
  ]);
});

test("what the user says besides is kept, each argument once", () => {
  const own = [
    "--mute-audio",
    "--disable-features=Old",
    "--disable-features=Mine",
    "--host-resolver-rules=MAP widget.example 127.0.0.1",
  ];
  expect(browserArguments(own, 4711)).toEqual([
    "--mute-audio",
    "--disable-features=Mine,Translate,MediaRouter,PaintHolding,HttpsUpgrades",
    "--host-resolver-rules=MAP widget.example 127.0.0.1,MAP app.hubspot.com 127.0.0.1:4711",
  ]);
});

test("a HubSpot that runs elsewhere is left where it is", () => {
  expect(browserArguments([])).toHaveLength(1);
  expect(browserArguments(["--host-resolver-rules=MAP a b"])).toContain(
    "--host-resolver-rules=MAP a b",
  );
});
