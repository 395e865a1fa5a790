// npm start in a browser: what a developer sees while the source changes.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portOf } from "../ports.ts";
import { root, run, spoken } from "../programs.ts";
import { expect, test } from "./fixtures.ts";

const port = portOf("watch");

test("npm start serves a development build, and a change shows without a reload by hand", async ({
  page,
}) => {
  // People keep their work in folders with such names.
  const copy = await mkdtemp(join(tmpdir(), "Mein Wídget-"));
  for (const name of ["src", "static/_headers", "build.mjs", "package.json"]) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  const program = run(["src/server/watch.mjs", "--no-open"], { PORT: String(port) }, copy);
  const { child, ended } = program;
  let complaints = "";
  child.stderr.on("data", (data) => {
    complaints += data;
  });
  try {
    await spoken(program);
    await page.goto(`https://localhost:${port}/`);
    await expect(page.getByRole("heading", { name: "Calling widget" })).toBeVisible();
    const file = join(copy, "src/index.html");
    const html = await readFile(file, "utf8");
    // Many an editor empties a file before it writes: what is there for a moment is no page.
    await writeFile(file, "");
    await expect.poll(() => complaints).toContain("src/index.html has no <script");
    await expect(page.getByRole("heading", { name: "Calling widget" })).toBeVisible();
    await writeFile(file, html.replace("<h1>Calling widget", "<h1>My own widget"));
    await expect(page.getByRole("heading", { name: "My own widget" })).toBeVisible();
    // Away from its server before that goes.
    await page.goto("about:blank");
  } finally {
    child.kill();
    await ended;
    // Windows lets go of a folder a moment after the last program in it has ended.
    await rm(copy, { recursive: true, maxRetries: 10 });
  }
});
