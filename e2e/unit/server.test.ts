// The server: which page is at which name and address, with which headers, and what is said where there is none.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { networkInterfaces } from "node:os";
import { delimiter, join } from "node:path";
import { connect } from "node:tls";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { pages } from "../../build.mjs";
import { run as start } from "../../src/server/command.mjs";
import { headersFor } from "../../src/server/headers.mjs";
import { preview } from "../../src/server/preview.mjs";
import { serve } from "../../src/server/serve.mjs";
import { port, portOf } from "../ports.ts";
import { root, run, spoken } from "../programs.ts";

const widgetUrl = `https://localhost:${port}/`;

/** What the server at the port answers to the path, which goes out as it is. */
function ask(port: number, path: string, host = "localhost") {
  type Answer = { status: number; body: string; whole: string };
  return new Promise<Answer>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    let whole = "";
    socket.setEncoding("latin1").on("data", (data) => (whole += data));
    socket.on("error", reject).on("close", () => {
      const [head = "", body = ""] = whole.split("\r\n\r\n");
      resolve({ status: Number(head.split(" ")[1]), body, whole });
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`);
  });
}

test("the headers are those of static/_headers, and loopback may frame, too", async ({
  request,
}) => {
  const deployed = headersFor(await readFile(`${root}static/_headers`, "utf8"), "/index.html");
  const served = (await request.get(widgetUrl)).headers();
  expect(deployed.length).toBeGreaterThan(4);
  for (const [name, value] of deployed) {
    if (name === "Strict-Transport-Security") {
      // On localhost it would break the developer's other servers.
      expect(served[name.toLowerCase()]).toBeUndefined();
      continue;
    }
    const loopback = "https://localhost:* https://*.localhost:* https://127.0.0.1:* ";
    expect(served[name.toLowerCase()]?.replace(loopback, "")).toBe(value);
  }
  expect(served["content-security-policy"]).toContain("https://*.localhost:*");
  expect(Object.fromEntries(deployed)["Content-Security-Policy"]).toBe(
    "frame-ancestors 'self' https://*.hubspot.com",
  );
});

test("each page is one response, within its budget with brotli", async ({ request }) => {
  expect(pages.map(({ budget }) => budget)).toContainEqual(expect.any(Number));
  for (const { name, budget = Number.POSITIVE_INFINITY } of pages) {
    const page = await (await request.get(`https://127.0.0.1:${port}/${name}`)).body();
    expect(brotliCompressSync(page).length, name).toBeLessThanOrEqual(budget);
    // A phone that was told no telephone server has no use for the file of its line.
    const own = page.toString().replace(/<template id="line">.*integrity="".*<\/template>/, "");
    expect(own, name).not.toMatch(/<[^>]+ (src|href)="(?!data:|hubspot|phone|#|\.")/);
  }
});

test("the calling window is at HubSpot's address for it, and not at the widget's", async ({
  request,
}) => {
  const path = "calling-integration-popup-ui/62515";
  const served = await request.get(`https://127.0.0.1:${port}/${path}`);
  const page = await request.get(`https://127.0.0.1:${port}/`);
  expect(await served.body()).toEqual(await page.body());
  const headers = headersFor(await readFile(`${root}static/_headers`, "utf8"), "/hubspot.html");
  for (const [name] of headers.filter(([name]) => name !== "Strict-Transport-Security"))
    expect(served.headers()[name.toLowerCase()]).toBe(page.headers()[name.toLowerCase()]);
  expect((await request.get(widgetUrl + path)).status()).toBe(404);
  for (const other of ["", "/", "/account", "/62515/more"]) {
    const address = `https://127.0.0.1:${port}/calling-integration-popup-ui${other}`;
    expect((await request.get(address)).status(), other).toBe(404);
  }
});

test("responses are compressed, and asked for again only when they changed", async ({
  request,
}) => {
  const first = await request.get(widgetUrl, { headers: { "Accept-Encoding": "br" } });
  const { etag = "", "content-encoding": encoding } = first.headers();
  expect(encoding).toBe("br");
  const second = await request.get(widgetUrl, { headers: { "If-None-Match": etag } });
  expect(second.status()).toBe(304);
  // A program that sends its requests one by one finds the connection still open.
  expect(second.headers()["keep-alive"]).toBe("timeout=65");
});

test("every loopback name is served on one port, and nothing else is", async () => {
  for (const [host, title] of [
    ["localhost", "Calling widget"],
    ["hubspot.localhost", "Local HubSpot"],
    ["127.0.0.1", "Local HubSpot"],
  ] as const)
    expect((await ask(port, "/", host)).body).toContain(`<title>${title}</title>`);

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4");
  for (const { address: host } of outside) {
    const reached = new Promise((resolve) => {
      const socket = createConnection({ host, port, timeout: 2000 });
      socket.on("connect", () => resolve("connected"));
      socket.on("error", () => resolve("refused"));
      socket.on("timeout", () => resolve("no answer"));
      socket.on("close", () => socket.destroy());
    });
    expect(await reached).not.toBe("connected");
  }
});

/** A stack trace, or a path of this machine. */
const leaks = / at .*:\d+:\d+|node_modules|Error|\/src\//;

const odd = [
  "/INDEX.HTML",
  "/Hubspot.html",
  "/index.html/",
  "/hubspot.html/",
  "//",
  "//index.html",
  "/./index.html",
  "//evil.example/index.html",
  "/%69ndex.html",
  "/index.html%00",
  "/%00",
  "/%",
  "/%ff",
  "/%c0%ae%c0%ae/",
  "/..%2fpackage.json",
  "/%2e%2e/%2e%2e/package.json",
  "/../package.json",
  "/..%5cpackage.json",
  "/static/index.html",
  "/_headers",
  "/index",
  "/index.html;a",
  "/__proto__",
  "/constructor",
  "/calling-integration-popup-ui",
  "/calling-integration-popup-ui/62515/",
  "/CALLING-INTEGRATION-POPUP-UI/62515",
  "/crm/v3/extensions/calling/%/settings?hapikey=any",
  "/reload/",
  `/${"long/".repeat(3000)}`,
];

for (const host of ["localhost", "hubspot.localhost"])
  test(`at ${host} there is nothing at an odd address, and nothing of this machine is told`, async () => {
    for (const path of odd) {
      const { status, body, whole } = await ask(port, path, host);
      expect({ path, status }).toEqual({ path, status: 404 });
      expect(body, path).toMatch(/^There is nothing at /);
      expect(whole, path).not.toMatch(leaks);
    }
  });

test("the preview, like any host, reads addresses in its own way, and fails at none", async () => {
  const server = await preview(0);
  try {
    for (const path of odd) {
      const { status, body, whole } = await ask(server.port, path);
      expect([200, 301, 404], path).toContain(status);
      if (status === 200) expect(body, path).toContain("<!doctype html>");
      else expect(whole, path).not.toMatch(leaks);
    }
  } finally {
    await server.close();
  }
});

test("what is more than an address can be is refused", async () => {
  expect((await ask(port, `/${"x".repeat(20_000)}`)).whole).toMatch(/^HTTP\/1.1 431 /);
  expect((await ask(port, "/\0")).whole).toMatch(/^HTTP\/1.1 400 /);
});

test("a page that cannot be read is a failure, of which the terminal tells", async () => {
  const errors: unknown[] = [];
  const { error } = console;
  console.error = (...words) => errors.push(...words);
  const read = () => Promise.reject(new Error("no such file: /home/ada/static/index.html"));
  const server = await serve({ port: 0, read });
  try {
    const { status, body } = await ask(server.port, "/");
    expect({ status, body }).toEqual({
      status: 500,
      body: "The page could not be made. The terminal says why.\n",
    });
    expect(errors.join()).toContain("/home/ada");
  } finally {
    console.error = error;
    await server.close();
  }
});

test("serve puts an app under “Call from”, with the settings that its flags say", async () => {
  const port = portOf("serve");
  const here = ["--no-open", "--port", String(port)];
  /** The app that the page is told of. */
  const served = async (...args: string[]): Promise<unknown> => {
    const serving = await start([...here, ...args]);
    const { whole } = await ask(port, "/", "hubspot.localhost");
    await serving?.close();
    const [, apps = ""] = /^Server-Timing: apps;desc="(.*)"\r$/m.exec(whole) ?? [];
    return JSON.parse(decodeURIComponent(apps));
  };
  const { log } = console;
  const said: string[] = [];
  console.log = (words) => said.push(words);
  try {
    const [url, local] = ["https://mine.example/app?a=%20b", "http://localhost:8080/"];
    expect(await served()).toEqual([]);
    expect(await served("--app", local)).toMatchObject([{ name: "localhost:8080", url: local }]);
    const flags = ["--name", "Mine", "--inbound", "--remote", "false", "--calling-window=false"];
    expect(
      await served("--app", url, ...flags, "--custom-objects", "--width", "380"),
    ).toMatchObject([
      {
        name: "Mine",
        url,
        isReady: true,
        supportsInboundCalling: true,
        usesRemote: false,
        usesCallingWindow: false,
        supportsCustomObjects: true,
        width: 380,
      },
    ]);
  } finally {
    console.log = log;
  }
  expect(said.at(-1)).toBe('Under "Call from"   Mine, https://mine.example/app?a=%20b');
  for (const wrong of ["mine.example", "http://mine.example/", "javascript:alert(1)"])
    await expect(start([...here, "--app", wrong])).rejects.toThrow("--app has to be");
});

test("a port in use is named, and another can be chosen", async () => {
  const { code, said } = await run(["src/package/cli.mjs", "serve"], { PORT: String(port) }).ended;
  expect(code).toBe(1);
  expect(said).toContain(`Port ${port} is in use`);
  expect(said).toContain("PORT=");
  expect(said).not.toContain("    at ");
  expect((await run(["src/package/cli.mjs", "serve"], { PORT: "http" }).ended).said).toContain(
    'PORT is "http"',
  );
});

test("the local HubSpot is shown in the user's browser, unless that is not wanted", async () => {
  test.skip(process.platform === "win32", "Windows has it shown by a program at a fixed place");
  const folder = test.info().outputPath("bin");
  const shown = join(folder, "shown.txt");
  await mkdir(folder, { recursive: true });
  // What shows an address: macOS has "open", and KDE's desktop has "kde-open".
  for (const name of ["open", "kde-open"])
    await writeFile(join(folder, name), `#!/bin/sh\nprintf %s "$1" >> '${shown}'\n`, {
      mode: 0o755,
    });
  const desktop = {
    CI: "",
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    WAYLAND_DISPLAY: "wayland-0",
    XDG_CURRENT_DESKTOP: "KDE",
    KDE_SESSION_VERSION: "6",
  };
  const port = portOf("shown");
  for (const args of [["--no-open"], []]) {
    const serve = ["src/package/cli.mjs", "serve", "--port", String(port), ...args];
    const program = run(serve, desktop);
    await spoken(program);
    if (args.length === 0)
      await expect
        .poll(() => readFile(shown, "utf8").catch(() => ""))
        .toBe(`https://hubspot.localhost:${port}/`);
    program.child.kill();
    await program.ended;
  }
});

test("without any browser the tests say so in a sentence", async () => {
  test.skip(process.platform === "darwin", "macOS has browsers at fixed places");
  const { code, said } = await run(["src/judge/browser.mjs"], {
    PATH: "",
    CHROME_PATH: "",
    ProgramFiles: "/nonexistent",
    "ProgramFiles(x86)": "/nonexistent",
    LocalAppData: "/nonexistent",
    HOME: "/nonexistent",
    PLAYWRIGHT_BROWSERS_PATH: "/nonexistent",
    PLAYWRIGHT_DOWNLOAD_HOST: "https://127.0.0.1:1",
  }).ended;
  expect(code).toBe(1);
  expect(said).toContain("The tests need a browser, and none could be found or installed");
});
