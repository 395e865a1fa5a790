// The commands around the pages: what is served, how, and what is said when something is in the way.
import { X509Certificate } from "node:crypto";
import { cp, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { generate } from "selfsigned";
import { pages } from "../../build.mjs";
import { certificate } from "../../src/server/certificate.mjs";
import { headersFor } from "../../src/server/headers.mjs";
import { expect, port, test, widgetUrl } from "./fixtures.ts";
import { root, run } from "./programs.ts";

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
    expect(page.toString(), name).not.toMatch(/<[^>]+ (src|href)="(?!data:|hubspot|\.")/);
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
});

test("every loopback name is served on one port, and nothing else is", async ({
  page,
  request,
}) => {
  for (const [host, title] of [
    ["localhost", "Calling widget"],
    ["hubspot.localhost", "Ada Lovelace · Local HubSpot"],
    ["127.0.0.1", "Ada Lovelace · Local HubSpot"],
  ]) {
    await page.goto(`https://${host}:${port}/`);
    await expect(page).toHaveTitle(title ?? "");
  }
  expect((await request.get(`${widgetUrl}nothing`)).status()).toBe(404);
  expect((await request.get(`${widgetUrl}..%2fpackage.json`)).status()).toBe(404);

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

test.describe("the certificate", () => {
  let folder: string;
  test.beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "certificate-"));
  });
  test.afterEach(() => rm(folder, { recursive: true }));

  test("covers the loopback names, and only its owner can read the key", async () => {
    const { key, cert } = await certificate(folder);
    const { subjectAltName } = new X509Certificate(
      cert.slice(cert.indexOf("-----BEGIN CERTIFICATE")),
    );
    for (const name of [
      "DNS:localhost",
      "DNS:*.localhost",
      "IP Address:127.0.0.1",
      "IP Address:0:0:0:0:0:0:0:1",
    ]) {
      expect(subjectAltName).toContain(name);
    }
    expect(key).toContain("PRIVATE KEY");
    if (process.platform !== "win32") {
      expect((await stat(join(folder, "localhost.pem"))).mode & 0o777).toBe(0o600);
    }
  });

  test("that cannot be kept is no certificate, and why is said", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(certificate(join(file, "below"))).rejects.toThrow(
      /^The certificate cannot be kept at .* \(ENOTDIR\)\. XDG_CACHE_HOME can name another folder/,
    );
  });

  test("is kept between runs", async () => {
    expect((await certificate(folder)).cert).toBe((await certificate(folder)).cert);
  });

  test("is renewed before it expires, and when it is damaged", async () => {
    const file = join(folder, "localhost.pem");
    const soon = new Date(Date.now() + 10 * 24 * 60 * 60 * 1000);
    const old = await generate([{ name: "commonName", value: "localhost" }], {
      notAfterDate: soon,
    });
    for (const pem of [old.private + old.cert, "damaged"]) {
      await writeFile(file, pem);
      const { cert } = await certificate(folder);
      const { validTo } = new X509Certificate(cert.slice(cert.indexOf("-----BEGIN CERTIFICATE")));
      expect(Date.parse(validTo)).toBeGreaterThan(soon.getTime());
    }
  });
});

test("npm start serves a development build, and a change shows without a reload by hand", async ({
  page,
}) => {
  const copy = await mkdtemp(join(tmpdir(), "widget-"));
  for (const name of ["src", "static/_headers", "build.mjs", "package.json"]) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  const { child } = run(["src/server/watch.mjs", "--no-open"], { PORT: String(port + 3) }, copy);
  try {
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await page.goto(`https://localhost:${port + 3}/`);
    await expect(page.getByRole("heading", { name: "Calling widget" })).toBeVisible();
    const file = join(copy, "src/index.html");
    await writeFile(
      file,
      (await readFile(file, "utf8")).replace("<h1>Calling widget", "<h1>My own widget"),
    );
    await expect(page.getByRole("heading", { name: "My own widget" })).toBeVisible();
    // Away from its server before that goes.
    await page.goto("about:blank");
  } finally {
    child.kill();
    await rm(copy, { recursive: true });
  }
});

test("without any browser the tests say so in a sentence", async () => {
  const { code, said } = await run(["src/judge/browser.mjs"], {
    PATH: "",
    CHROME_PATH: "",
    HOME: "/nonexistent",
    PLAYWRIGHT_BROWSERS_PATH: "/nonexistent",
    PLAYWRIGHT_DOWNLOAD_HOST: "https://127.0.0.1:1",
  }).ended;
  expect(code).toBe(1);
  expect(said).toContain("The tests need a browser, and none could be found or installed");
});
