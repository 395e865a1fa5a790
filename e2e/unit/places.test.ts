// Where programs read and write: relative paths count from where the user stands, and what is kept is among the user's caches.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { cacheFolder, calledAs } from "../../src/server/places.mjs";
import { root, runLine } from "../programs.ts";

test("a file that a command is given is looked for where the user stands", async () => {
  const { outputDir } = test.info();
  await mkdir(outputDir, { recursive: true });
  await writeFile(join(outputDir, "mine.json"), `{"name":"Mine","url":"https://mine.example/"}`);
  await writeFile(join(outputDir, "mine.mjs"), "export const dance = 1;");
  const from = (line: string, env = {}) => runLine(line, env, outputDir);

  const sent = await from("npm run -s settings -- create --app-id 1 --file mine.json", {
    HUBSPOT_API_URL: "http://127.0.0.1:1",
    HUBSPOT_ACCESS_TOKEN: "a-token",
  });
  // It was read: the command got as far as HubSpot.
  expect(sent.errors).toBe(
    "HubSpot cannot be reached at 127.0.0.1:1: ECONNREFUSED; `get` shows whether anything changed.\n",
  );
  const judged = await from("npm run -s conformance -- https://mine.example/ --steps mine.mjs");
  expect(judged).toMatchObject({
    code: 2,
    errors: expect.stringContaining("mine.mjs exports dance"),
  });
});

test("what is kept is in the system's folder for caches, or where XDG_CACHE_HOME says", async () => {
  const { name } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const home = { HOME: "/home/ada" };
  expect(cacheFolder(home, "linux")).toBe(join("/home/ada/.cache", name));
  expect(cacheFolder(home, "darwin")).toBe(join("/home/ada/Library/Caches", name));
  expect(cacheFolder({ LOCALAPPDATA: "/ada/Local" }, "win32")).toBe(join("/ada/Local", name));
  for (const platform of ["linux", "darwin", "win32"] as const)
    expect(cacheFolder({ ...home, XDG_CACHE_HOME: "/elsewhere" }, platform)).toBe(
      join("/elsewhere", name),
    );
  // As the specification of XDG_CACHE_HOME has it.
  expect(cacheFolder({ ...home, XDG_CACHE_HOME: "relative" }, "linux")).toBe(
    join("/home/ada/.cache", name),
  );
});

test("--help names the command as its user calls it, in a clone and in a project of theirs", async () => {
  const clone = { npm_package_name: "hubspot-calling-testing" };
  expect(calledAs("judge", clone)).toBe("npm run conformance --");
  for (const env of [{ npm_package_name: "my-app" }, {}])
    expect(calledAs("judge", env)).toBe("npx hubspot-calling-testing judge");
  const { out } = await runLine("npm run -s conformance -- --help");
  expect(out).toMatch(/^Usage: npm run conformance -- https:/);
});

test("a package whose script would run when it is installed was looked at", async () => {
  const { packages } = JSON.parse(await readFile(`${root}package-lock.json`, "utf8"));
  const { allowScripts } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  const withScripts = Object.keys(packages)
    .filter((path) => packages[path].hasInstallScript)
    .map((path) => path.replace(/.*node_modules\//, ""));
  expect(withScripts).toEqual(Object.keys(allowScripts));
});
