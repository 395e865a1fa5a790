// The simulation can fail: it finds each small bug that is put into the sources.
import { expect, test } from "@playwright/test";
import { bugs } from "./bugs.ts";
import { findsEach } from "./finds.ts";
import { programs } from "./programs.ts";

findsEach(bugs, programs);

test("a bug whose place is gone is noticed", async () => {
  const gone = { file: "src/index.ts", from: "no such text", to: "" };
  await expect(programs([gone])).rejects.toThrow("0 times");
  const nowhere = { file: "src/no-such-file.ts", from: "", to: "" };
  await expect(programs([nowhere])).rejects.toThrow("No page has");
});
