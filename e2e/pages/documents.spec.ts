// What the documents say, done as written: their commands and lines are run, and their links lead somewhere.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, cp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { serve } from "../../src/server/serve.mjs";
import { port, portOf, portsTaken } from "../ports.ts";
import { blocksOf, cleanCheckout, documents, root, runLine } from "../programs.ts";
import { expect, HubSpot, test, widgetUrl } from "./fixtures.ts";

/** Runs a line that serves, and stops it when that was used; gives what it said. */
async function serving<T>(line: string, port: number, until: string, use: () => Promise<T>) {
  const cwd = await cleanCheckout();
  const env = { ...process.env, PORT: String(port), CI: "true" };
  // In a group of its own, so that npm's children end with it.
  const child = spawn("sh", ["-c", line], { cwd, env, detached: true });
  const closed = new Promise((resolve) => child.on("close", resolve));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  try {
    await expect.poll(() => said, { timeout: 20_000 }).toContain(until);
    await use();
  } finally {
    process.kill(-(child.pid ?? 0));
    await closed;
    await rm(cwd, { recursive: true });
  }
  return said;
}

/** Runs a line in a clone; gives what it said. It has to succeed. @param use looks at the clone afterwards */
async function running(
  line: string,
  use: (cwd: string, said: string) => unknown = () => {},
  env: NodeJS.ProcessEnv = {},
  before: (cwd: string) => unknown = () => {},
) {
  const cwd = await cleanCheckout();
  try {
    await before(cwd);
    const { code, said } = await runLine(line, { INIT_CWD: cwd, ...env }, cwd);
    expect(code, said).toBe(0);
    await use(cwd, said);
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** For a run of tests within this one: the first and the second take the ports after this one's. */
const portsFor = (nth: number) => ({ TEST_PORT: String(port + nth * portsTaken) });

/** What npm test is given goes on to Playwright, whose command comes last. */
async function handedOn(): Promise<void> {
  const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
  expect(scripts.test).toMatch(/ && playwright test -c e2e$/);
}

/** The commands that are tried each in its own way. Where one takes minutes, it is tried with less to do. */
const tried: Record<string, (line: string) => Promise<void>> = {
  "npm ci && npm start": async (line) => {
    // The packages are installed: .ci/run does that on a machine that has none.
    const said = await serving(
      line.replace("npm ci && ", ""),
      portOf("start"),
      "local HubSpot",
      async () => {
        const { out } = await runLine(`curl -sk https://localhost:${portOf("start")}/`);
        expect(out).toContain("<h1>Calling widget</h1>");
      },
    );
    expect(said).toContain(`The widget          https://localhost:${portOf("start")}/`);
    expect(said).toContain(`The local HubSpot   https://hubspot.localhost:${portOf("start")}/`);
  },
  "npm run preview": async (line) => {
    await serving(
      line,
      portOf("preview"),
      `https://localhost:${portOf("preview")}/hubspot.html`,
      async () => {
        const { out } = await runLine(
          `curl -skI https://localhost:${portOf("preview")}/hubspot.html`,
        );
        expect(out).toContain("frame-ancestors 'self' https://*.hubspot.com\r\n");
      },
    );
  },
  "npm ci && npm test": async () => {
    expect(await readFile(`${root}.ci/run`, "utf8")).toMatch(/^npm ci\nnpm test$/m);
  },
  "npm run conformance -- https://localhost:8080/": (line) =>
    running(line.replace("https://localhost:8080/", widgetUrl), (_, said) => {
      expect(said).toMatch(/^Passed\.$/m);
    }),
  "npm run conformance -- https://my-widget.example/ --steps my-steps.mjs --out report": (line) =>
    running(
      // In one of the three places: e2e/judge goes to all.
      `${line.replace("https://my-widget.example/", widgetUrl)} --settings '{}'`,
      (cwd, said) => {
        expect(said).toMatch(/^Passed\.$/m);
        expect(readdirSync(join(cwd, "report"))).toContain("conformance.json");
      },
      {},
      (cwd) => copyFile(join(cwd, "src/judge/steps.mjs"), join(cwd, "my-steps.mjs")),
    ),
  "SIP_SERVER=wss://sip.example npm run build": (line) =>
    running(line, async (cwd) => {
      expect(await readFile(join(cwd, "static/phone.html"), "utf8")).toContain(
        "connect-src wss://sip.example;",
      );
      expect(readdirSync(join(cwd, "static"))).toContain("sip.js");
    }),
  "npm test -- NAME": () => handedOn(),
  "npm test -- -g TITLE": () => handedOn(),
  "npm test -- wrong-behaviours": async () => {
    await handedOn();
    expect(readdirSync(`${root}e2e/unit`)).toContain("wrong-behaviours.test.ts");
  },
  "npm test -- --project=firefox": async () => {
    await handedOn();
    expect(await readFile(`${root}e2e/playwright.config.ts`, "utf8")).toContain('name: "firefox"');
  },
  "npm run check": async () => {
    const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
    expect(scripts.test).toMatch(/^npm run check && /);
  },
  "npm run format": (line) =>
    running(line, (_, said) => {
      expect(said).toContain("No fixes applied");
    }),
  "npm run simulate -- --runs 10000 --seed 7": (line) => running(line.replace("10000", "10")),
  "npm run bench": (line) =>
    running(`${line} -- 1`, (_, said) => {
      expect(said).toContain("200 calls in one page");
    }),
  "npm run kills": (line) => running(`${line} -- 1`),
  "WIDGET_URL=https://my-widget.example/ npm test": (line) =>
    running(
      line
        .replace("https://my-widget.example/", widgetUrl)
        .replace("npm test", "npx playwright test -c e2e --project=pages panel.spec"),
      (_, said) => {
        expect(said).toMatch(/\d passed/);
      },
      portsFor(1),
      (cwd) => cp(`${root}static`, join(cwd, "static"), { recursive: true }),
    ),
  "npm run rules": (line) =>
    running(
      line,
      async (cwd) => {
        for (const name of ["RULES.md", "pages/completed.md"])
          expect(await readFile(join(cwd, "src/rules", name), "utf8")).toBe(
            await readFile(`${root}src/rules/${name}`, "utf8"),
          );
      },
      portsFor(2),
      (cwd) => rm(join(cwd, "src/rules/pages/completed.md")),
    ),
};

const linesOf = (document: string) => {
  const blocks = blocksOf(document, "sh").flatMap((block) => block.trimEnd().split("\n"));
  if (document !== ".github/CONTRIBUTING.md") return blocks;
  // Its commands are in a table, and in steps.
  const text = readFileSync(root + document, "utf8");
  return [...text.matchAll(/`((?:\w+=\S+ )?npm (?:run|test|ci).*?)`/g)].map(
    ([, line = ""]) => line,
  );
};
// Those of HubSpot's API are run in e2e/unit/api-document.test.ts.
const api = linesOf("src/documents/api.md");
/** The lines that are tried above, and the others of each document. */
const triedLines = documents.flatMap(linesOf).filter((line) => line in tried);
const others = Object.fromEntries(
  documents.flatMap((document) => {
    const lines = linesOf(document).filter((line) => !(line in tried) && !api.includes(line));
    return lines.length > 0 ? [[document, lines]] : [];
  }),
);

/** Runs a document's lines for the settings, one after the other. @returns what each has printed */
async function follow(document: string): Promise<Record<string, string>> {
  test.slow();
  const server = await serve({ port: 0 });
  const { port } = server;
  const cwd = await cleanCheckout();
  try {
    let environment = "";
    const said: Record<string, string> = {};
    for (const line of others[document] ?? []) {
      // The port is another one than the document's, which a developer may have in use.
      const own = line.replaceAll(":9025", `:${port}`);
      if (line.startsWith("export ")) {
        environment = `${own}; `;
        continue;
      }
      expect(line).toMatch(/^(npm run -s settings -- |curl )/);
      // npm takes as long as the command: once is enough to see that it finds it.
      const isFirst = Object.keys(said).length === 0;
      const quick = own.replace("npm run -s settings --", "node src/package/source.mjs settings");
      const { code, errors, out } = await runLine(
        environment + (isFirst ? own : quick),
        { INIT_CWD: cwd },
        cwd,
      );
      expect({ code, errors }, line).toEqual({ code: 0, errors: "" });
      said[line] = out.replaceAll(`:${port}`, ":9025");
    }
    return said;
  } finally {
    await server.close();
    await rm(cwd, { recursive: true });
  }
}

test.describe("the commands", () => {
  const needsShell = () =>
    test.skip(
      !process.env.CI && ["sh", "curl"].some((name) => spawnSync(name, ["--help"]).error),
      "there is no sh or curl on this machine",
    );

  for (const line of new Set(triedLines))
    test(`${line}`, async () => {
      needsShell();
      test.slow();
      await tried[line]?.(line);
    });

  test("of the settings print what the document says", async () => {
    needsShell();
    expect(Object.keys(others)).toEqual(["src/documents/install.md", "src/documents/settings.md"]);
    const said = await follow("src/documents/settings.md");
    const of = (words: string) => {
      const [, text = ""] = Object.entries(said).find(([line]) => line.includes(words)) ?? [];
      return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(date)");
    };
    const [json = ""] = blocksOf("src/documents/settings.md", "json");
    expect(of("create")).toBe(json.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(date)"));
    expect(JSON.parse(of("better"))).toMatchObject({
      name: "My better app",
      supportsInboundCalling: true,
      height: 600,
    });
    expect(of("delete")).toBe("App 12345 has no calling settings any more.\n");
    expect(JSON.parse(of("POST"))).toMatchObject({ isReady: false, width: 400 });
    expect(JSON.parse(of("PATCH"))).toMatchObject({ isReady: true, width: 400 });
    expect(JSON.parse(of("GET"))).toMatchObject({ isReady: true });
    expect(of("DELETE")).toBe("");
  });

  test("on the way to an installed app are followed from the first to the last", async () => {
    needsShell();
    const [made, read, ready, deleted] = Object.values(await follow("src/documents/install.md"));
    expect(JSON.parse(made ?? "")).toMatchObject({ url: "https://calls.example/", isReady: false });
    expect(read).toBe(made);
    expect(JSON.parse(ready ?? "")).toMatchObject({ isReady: true });
    expect(deleted).toBe("App 23456 has no calling settings any more.\n");
  });

  test("that are named in passing are there", async () => {
    const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
    const text = (await Promise.all(documents.map((name) => readFile(root + name, "utf8")))).join();
    const named = [...text.matchAll(/npm (?:run (?:-s )?(\w+)|(start|test)\b)/g)];
    for (const [, script, short] of named) expect(scripts).toHaveProperty(script ?? short ?? "");
  });
});

test("the lines for the console offer the apps that the document says", async ({ page }) => {
  await page.goto("/");
  const hubspot = new HubSpot(page);
  const [demo = "", own = ""] = blocksOf("src/documents/inside-hubspot.md", "js");
  const offers = async (...names: string[]) => {
    await page.reload();
    await expect(hubspot.page.locator("#app option")).toHaveText(names);
  };
  await page.evaluate(demo);
  await offers("Demo App Local");
  await expect(page.locator("#hint")).toBeEmpty();
  await page.evaluate(own);
  await offers("Demo App Local", "My app");
  await page.evaluate(`localStorage.removeItem('LocalSettings:Calling:installDemoWidget')`);
  await page.evaluate(
    own.replace("Calling:CallingExtensions", "Sales:CallingExtensions").replace("My app", "Old"),
  );
  await offers("My app");
  await page.evaluate(`localStorage.removeItem('LocalSettings:Calling:CallingExtensions')`);
  await offers("Old");
});

test("the links lead to what is there", async () => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-");
  const inside = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `src/${name}`);
  for (const document of new Set([...documents, ...inside])) {
    const text = (await readFile(root + document, "utf8")).replace(/^```.*?^```$/gms, "");
    for (const [, link = ""] of text.matchAll(/\]\((?!https:)([^)]+)\)/g)) {
      const [path = "", fragment] = link.split("#");
      const target = path ? join(dirname(document), path) : document;
      expect(existsSync(root + target), `${link} in ${document}`).toBe(true);
      if (fragment === undefined) continue;
      const headings = (await readFile(root + target, "utf8")).matchAll(/^#+ (.*)$/gm);
      expect(
        [...headings].map(([, heading = ""]) => anchor(heading)),
        link,
      ).toContain(fragment);
    }
  }
});
