// The package as its users have it: packed, installed into a folder of their own without anything that only development needs, and used there.
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { publint } from "publint";
import { findBrowser } from "../../src/judge/browser.mjs";
import { portOf } from "../ports.ts";
import { blocksOf, cleanCheckout, root, run, runLine } from "../programs.ts";
import { beginning, config, type Mistake, suite, widget } from "./suite.ts";

const port = portOf("app");
const { name } = JSON.parse(await readFile(`${root}package.json`, "utf8"));

/** What a user gets beside the package, in the versions that this project has: those are in npm's cache already. */
async function lockOfUsers(): Promise<string> {
  type Lock = { packages: Record<string, { dev?: boolean; peer?: boolean }> };
  const { packages }: Lock = JSON.parse(await readFile(`${root}package-lock.json`, "utf8"));
  const brought = Object.entries(packages).filter(([path, { dev, peer }]) => path && !dev && !peer);
  return JSON.stringify({
    lockfileVersion: 3,
    packages: { "": {}, ...Object.fromEntries(brought) },
  });
}

// Installed once, for all.
test.describe.configure({ mode: "default" });
let folder: string;
let tarball: string;
/** A folder of the user's for what is written while a program runs. */
let cache: string;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  const checkout = await cleanCheckout();
  folder = await mkdtemp(join(tmpdir(), "user-"));
  cache = join(folder, "cache");
  await writeFile(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
  await writeFile(join(folder, "package-lock.json"), await lockOfUsers());
  const packed = await runLine(`npm pack --pack-destination "${folder}"`, {}, checkout);
  expect(packed.code, packed.said).toBe(0);
  tarball = join(folder, readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "");
  const install = `npm install --omit=dev --prefer-offline --no-audit --no-fund "${tarball}"`;
  const installed = await runLine(install, {}, folder);
  expect(installed.code, installed.said).toBe(0);
  await rm(checkout, { recursive: true });
});
test.afterAll(() => rm(folder, { recursive: true }));

/** The files of the package, and of all that came with it. */
const installed = () => readdirSync(join(folder, "node_modules"), { recursive: true }).sort();

/** Runs the package's command, as npx does. */
const npx = (...args: string[]) =>
  run(
    [join(folder, "node_modules/.bin", name), ...args],
    // As in a folder of another name than this project's.
    { XDG_CACHE_HOME: cache, npm_package_name: "" },
    folder,
  );

test("it is small, and brings nothing that only development needs", async () => {
  expect((await stat(tarball)).size).toBeLessThanOrEqual(400 * 1024);
  const files = installed().map(String);
  expect(files).toContain(join(name, "static/hubspot.html"));
  for (const tool of ["esbuild", "typescript", "@biomejs", "@playwright", "playwright-core"])
    expect(files).not.toContain(tool);
});

test("its README and its changelog are for those who install it", async () => {
  const read = (path: string) => readFile(path, "utf8");
  for (const document of ["README.md", "CHANGELOG.md"])
    expect(await read(join(folder, "node_modules", name, document))).toBe(
      await read(`${root}src/package/${document}`),
    );
});

test("it installs nothing by a script, nor does what it brings", async () => {
  const lock = JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8"));
  const all = Object.values<{ hasInstallScript?: boolean }>(lock.packages);
  expect(all.length).toBeGreaterThan(5);
  expect(all.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
});

test("publint and Are the types wrong? find nothing", async () => {
  const { buffer } = new Uint8Array(await readFile(tarball));
  expect((await publint({ pack: { tarball: buffer } })).messages).toEqual([]);
  // It has ES modules alone, of which neither CommonJS nor Node.js 10 knows.
  const line = `"${root}node_modules/.bin/attw" "${tarball}" --profile esm-only --format ascii`;
  const { code, said } = await runLine(line, {}, folder);
  expect(code, said).toBe(0);
  for (const entry of ["rules", "playwright"]) expect(said).toContain(`${name}/${entry}`);
});

/** Waits until the program has said so. */
const says = (running: ReturnType<typeof run>, words: string) =>
  new Promise<void>((resolve, reject) => {
    let said = "";
    running.child.stdout.on("data", (data) => {
      said += data;
      if (said.includes(words)) resolve();
    });
    running.ended.then((ended) => reject(new Error(ended.said)));
  });

/** The settings of the app that is offered, as the page shows them. */
async function settingsOf(page: Page): Promise<Record<string, boolean>> {
  await page.locator("#callmenu > summary").click();
  await page.getByText("App settings").click();
  const settings: Record<string, boolean> = {};
  for (const setting of ["supportsInboundCalling", "usesRemote", "usesCallingWindow"])
    settings[setting] = await page.getByRole("checkbox", { name: setting }).isChecked();
  return settings;
}

test("serve offers the user's app, and writes nothing beside itself", async ({ page }) => {
  const before = installed();
  const url = `https://localhost:${port}/index.html?mine`;
  const serving = npx(
    ...["serve", "--no-open", "--port", String(port), "--app", url, "--name", "Mine"],
    ...["--inbound", "--calling-window", "false", "--height", "500"],
  );
  try {
    await says(serving, `Under "Call from"   Mine, ${url}`);
    await page.goto(`https://hubspot.localhost:${port}/`);
    await expect(page.locator("#app option")).toHaveText(["Mine"]);
    expect(await settingsOf(page)).toEqual({
      supportsInboundCalling: true,
      usesRemote: false,
      usesCallingWindow: false,
    });
    await page.getByRole("button", { name: "Call with" }).click();
    const frame = page.locator("#hubspot-calling-extension-iframe");
    await expect(frame).toHaveAttribute("src", url);
    await expect(frame.contentFrame().locator("#host")).toHaveText("Connected to HubSpot");
    await page.goto("about:blank");
    expect(installed()).toEqual(before);
    expect(readdirSync(join(cache, name))).toEqual(["localhost.pem"]);
  } finally {
    serving.child.kill();
    await serving.ended;
  }
});

test("without an app the widget is offered, as Demo App Local, and the phone", async ({ page }) => {
  const serving = npx("serve", "--no-open", "--port", String(port));
  try {
    await says(serving, `The local HubSpot   https://hubspot.localhost:${port}/`);
    await page.goto(`https://hubspot.localhost:${port}/`);
    await expect(page.locator("#app option")).toHaveText(["Demo App Local", "Demo App Phone"]);
    await page.goto("about:blank");
  } finally {
    serving.child.kill();
    await serving.ended;
  }
});

test("what cannot be done is refused in words", async () => {
  for (const [args, words] of [
    ["serve --app localhost:8080", "--app has to be a full address, with https://"],
    ["serve --app https://localhost:8080/ --width wide", "--width has to be a whole number"],
    ["serve --app https://localhost:8080/ --name", "--name"],
    ["serve --inbound", "--inbound describes an app: --app says where it is."],
    ["serve --port 99999", '--port is "99999", which is not a port number'],
    ["serve --colour red", "--colour"],
    ["serve https://localhost:8080/", "Usage: npx hubspot-calling-testing serve [--app URL"],
    ["swerve", 'There is no command "swerve".'],
    ["__proto__", 'There is no command "__proto__".'],
    ["settings get", "--app-id has to be the app’s number"],
  ] as const) {
    const { code, out, errors } = await npx(...args.split(" ")).ended;
    expect(code, args).toBeGreaterThan(0);
    expect(errors, args).toContain(words);
    expect(errors, args).not.toMatch(/^ +at /m);
    expect(out, args).toBe("");
  }
});

test("each command says what it takes, and the package its version", async () => {
  const [all, serve, settings, version] = await Promise.all(
    ["--help", "serve --help", "settings --help", "--version"].map(
      (args) => npx(...args.split(" ")).ended,
    ),
  );
  expect(version?.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const name of ["serve", "judge", "settings"]) expect(all?.out).toContain(name);
  expect(serve?.out).toContain("--calling-window");
  expect(settings?.out).toMatch(/^Usage: npx hubspot-calling-testing settings get .*--app-id/);
});

test("the rules judge from code, with types, without a browser", async () => {
  const code = `import { type Finding, judge, type Session } from "${name}/rules";
    const say = (type: string, from: "app" | "hubspot", data?: unknown) =>
      ({ at: 1, frame: "widget", load: "1", from, type, data }) as const;
    const session: Session = { messages: [
      say("SYNC", "hubspot"), say("SYNC_ACK", "app"), say("INITIALIZED", "app", { isLoggedIn: "no" }),
    ] };
    const broken: Finding[] = judge(session).filter(({ status }) => status === "fail");
    // @ts-expect-error A finding has no such field.
    broken.map(({ colour }) => colour);
    export const names: string[] = broken.map(({ rule }) => rule);
  `;
  await writeFile(join(folder, "mine.ts"), code);
  const tsc = `"${root}node_modules/.bin/tsc" --strict --target es2023 --lib es2023 --types "" --skipLibCheck false`;
  for (const modules of ["--module nodenext", "--module esnext --moduleResolution bundler"])
    expect(await runLine(`${tsc} ${modules} mine.ts`, {}, folder)).toMatchObject({
      code: 0,
      said: "",
    });
  const print = `import("./mine.js").then(({ names }) => console.log(names.join()))`;
  const { out, errors } = await run(["-e", print], {}, folder).ended;
  expect({ out, errors }).toEqual({ out: expect.stringMatching(/^[\w,-]+\n$/), errors: "" });
});

test("judge judges a recorded session by itself, and an app with Playwright, which it asks for", async () => {
  const say = (type: string, from: string, data?: unknown) => ({
    at: 1,
    frame: "widget",
    load: "1",
    from,
    type,
    data,
  });
  const sessionOf = (...more: object[]) => {
    const initialized = { isLoggedIn: true, sizeInfo: { width: 400, height: 600 } };
    const said = [
      say("SYNC", "hubspot"),
      say("SYNC_ACK", "app"),
      say("INITIALIZED", "app", initialized),
      ...more,
    ];
    const app = { name: "Mine", url: "https://mine.example/" };
    const format = "hubspot-calling-session/1";
    return JSON.stringify({ format, app, sessions: [{ messages: said }], findings: [] });
  };
  await writeFile(join(folder, "good.json"), sessionOf());
  await writeFile(
    join(folder, "bad.json"),
    sessionOf(say("SET_WIDGET_URL", "app", { iFrameUrl: "<&" })),
  );
  const [good, bad, unread, app] = await Promise.all(
    [
      ["--session", "good.json"],
      ["--session", "bad.json"],
      ["--session", "none.json"],
      ["https://mine.example/"],
    ].map((args) => npx("judge", ...args).ended),
  );
  expect(good).toMatchObject({ code: 0, errors: "" });
  expect(bad).toMatchObject({ code: 1, errors: "" });
  expect(unread).toMatchObject({ code: 2, out: "" });
  expect(app).toMatchObject({
    code: 2,
    out: "",
    errors: expect.stringContaining("npm install --save-dev @playwright/test"),
  });
});

/** The commands of its README. */
const commands = blocksOf("src/package/README.md", "sh").flatMap((block) =>
  block.trimEnd().split("\n"),
);

test.describe("with Playwright", () => {
  let mistake: Mistake = "";
  /** The user's app, on a development server of theirs. */
  const app = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html").end(widget(mistake));
  });
  const url = `http://localhost:${port}/`;
  test.beforeAll(async () => {
    const { devDependencies } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
    const version = process.env.WITH_PLAYWRIGHT ?? devDependencies["@playwright/test"];
    const [line = ""] = commands;
    const own = line.replace(name, `"${tarball}"`).replace("@playwright/test", `$&@${version}`);
    const added = await runLine(`${own} --prefer-offline --no-audit --no-fund`, {}, folder);
    expect(added.code, added.said).toBe(0);
    await writeFile(join(folder, "playwright.config.ts"), config(findBrowser()));
    await writeFile(join(folder, "calls.spec.ts"), suite(name, url));
    const [readme = ""] = blocksOf("README.md", "ts");
    await writeFile(join(folder, "readme.spec.ts"), beginning(name, url) + readme);
    await new Promise<void>((resolve) => app.listen(port, resolve));
  });
  test.afterAll(() => {
    app.close();
    app.closeAllConnections();
  });

  const runHere = (line: string) =>
    runLine(line, { XDG_CACHE_HOME: cache, FORCE_COLOR: "0", CI: "" }, folder);
  const runSuite = (...args: string[]) =>
    runHere(["node_modules/.bin/playwright", "test", ...args].join(" "));

  test("a suite in TypeScript is green for a good app", async () => {
    test.setTimeout(60_000);
    mistake = "";
    const { code, said } = await runSuite();
    expect(said).toContain("3 passed");
    expect(code, said).toBe(0);
  });

  test("… and red for a bad one, with the message and why it matters", async () => {
    mistake = "never-completes";
    const { code, said } = await runSuite("--grep", "'logged once'");
    expect(code, said).toBe(1);
    expect(said).toContain("✗ must ");
    expect(said).toContain("[completed]");
    expect(said).toContain("CALL_COMPLETED never came for this call.");
    expect(said).toContain("Message, from the calling window:");
    expect(said).toContain('"callEndStatus": "COMPLETED"');
    expect(said).toContain("Why it matters: ");
    expect(said).toContain("extensions.callCompleted(");
  });

  test("… and for one that is not there it says so at once", async () => {
    await writeFile(
      join(folder, "gone.spec.ts"),
      suite(name, `http://localhost:${portOf("nobody")}/`),
    );
    const { code, said } = await runSuite("gone", "--grep", "'has the call'");
    expect(code, said).toBe(1);
    expect(said).toContain("cannot be loaded (net::ERR_CONNECTION_REFUSED)");
  });

  test("its types are those that the suite uses", async () => {
    const tsc = `"${root}node_modules/.bin/tsc" --noEmit --strict --target es2023 --lib es2023,dom --types "" --module nodenext`;
    expect(await runLine(`${tsc} --skipLibCheck calls.spec.ts`, {}, folder)).toMatchObject({
      code: 0,
      said: "",
    });
  });

  /** How each of the README's commands is tried, with this app's address. */
  const tried: Record<string, (line: string) => Promise<void>> = {
    "npm install --save-dev hubspot-calling-testing @playwright/test": async () => {
      // All tests here stand on it.
    },
    "npx playwright install chromium": async (line) => {
      const { code, said } = await runHere(`${line} --dry-run`);
      expect(code, said).toBe(0);
    },
    "npx hubspot-calling-testing judge http://localhost:8080/": judges,
    "npx hubspot-calling-testing judge http://localhost:8080/ --steps steps.mjs": judges,
    "npx playwright test": async () => {
      // As the first test here does it.
    },
    "npx hubspot-calling-testing serve --app http://localhost:8080/": async (line) => {
      const [, , ...args] = line.split(" ");
      const serving = npx(...args, "--no-open", "--port", String(portOf("package")));
      await says(serving, 'Under "Call from"   localhost:8080, http://localhost:8080/');
      serving.child.kill();
      await serving.ended;
    },
    "npx hubspot-calling-testing judge https://localhost:8080/ --steps steps.mjs --baseline known.txt --out report":
      async (line) => {
        await judges(line);
        expect(readdirSync(join(folder, "report"))).toContain("conformance.html");
      },
  };
  async function judges(line: string): Promise<void> {
    // In one of the three places: e2e/judge goes to all.
    const own = `${line.replace(/https?:\/\/localhost:8080\//, url)} --settings "{}"`;
    const { code, said } = await runHere(own);
    expect(code, said).toBe(0);
    expect(said).toMatch(/^Passed/m);
  }

  test("the commands of its README do what it says", async () => {
    test.setTimeout(120_000);
    mistake = "";
    const steps = `export const endCall = (app) => app.getByRole("button", { name: "Hang up" }).click();`;
    await writeFile(join(folder, "steps.mjs"), steps);
    await writeFile(join(folder, "known.txt"), "recording-url we record nothing\n");
    expect(commands).toEqual(Object.keys(tried));
    // Side by side: most of a judge's time is waiting.
    await Promise.all(commands.map((line) => test.step(line, async () => tried[line]?.(line))));
  });
});
