// The built folder where it is deployed: behind nginx with the document's own lines, on Cloudflare's runtime, on a plain static host, and in the preview.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import { runInNewContext } from "node:vm";
import type { Page } from "@playwright/test";
import { account } from "../../src/hubspot/crm.ts";
import { certificate } from "../../src/server/certificate.mjs";
import { headersFor } from "../../src/server/headers.mjs";
import { preview } from "../../src/server/preview.mjs";
import { portOf } from "../ports.ts";
import { blocksOf, root } from "../programs.ts";
import { expect, HubSpot, test } from "./fixtures.ts";

const headersOf = async (path: string) =>
  headersFor(await readFile(`${root}static/_headers`, "utf8"), path);

const widgetIn = (page: Page) => page.frameLocator("#hubspot-calling-extension-iframe");

/** A whole outbound call, from logging in to the timeline. */
async function makeCall(hubspot: HubSpot): Promise<void> {
  const widget = widgetIn(hubspot.page);
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call answered" }).click();
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByLabel("Notes").fill("Deployed");
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect(hubspot.page.getByRole("listitem").filter({ hasText: "Deployed" })).toBeVisible();
}

/** A call from the calling window, which the given click opens. */
async function callFromWindow(hubspot: HubSpot, open: () => Promise<void>): Promise<Page> {
  const opening = hubspot.page.waitForEvent("popup");
  await open();
  const window = await opening;
  await widgetIn(window).getByRole("button", { name: "Log in" }).click();
  await expect(widgetIn(window).getByRole("status")).toHaveText("Ready to call");
  await expect(() => hubspot.dial({ phoneNumber: "+44 20 7946 0077" })).toPass();
  await widgetIn(window).getByRole("button", { name: "Outgoing call started" }).click();
  await expect(widgetIn(hubspot.page).getByRole("status")).toHaveText("Ringing");
  await widgetIn(window).getByRole("button", { name: "Call ended" }).click();
  await widgetIn(window).getByRole("button", { name: "Call completed" }).click();
  await expect(
    hubspot.page.getByRole("listitem").filter({ hasText: "Call to +44 20 7946 0077" }),
  ).toBeVisible();
  return window;
}

/** Where a program is; undefined where this machine has none. */
const find = (program: string) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"]
    .map((folder) => join(folder, program))
    .find(existsSync);

test.describe("behind nginx and an edge that caches", () => {
  const nginx = find("nginx");
  test.skip(!nginx && !process.env.CI, "there is no nginx on this machine");
  test.describe.configure({ mode: "default" });

  let folder: string;
  let server: ChildProcess | undefined;
  const site = "https://widget.example";

  test.beforeAll(async () => {
    if (!nginx) throw new Error("There is no nginx: .ci/run installs it.");
    folder = await mkdtemp(join(tmpdir(), "nginx-"));
    await cp(`${root}static`, `${folder}/www/widget`, { recursive: true });
    const { key } = await certificate();
    await writeFile(`${folder}/localhost.pem`, key);
    const [lines = ""] = blocksOf("src/documents/deploy.md", "nginx");
    await writeFile(`${folder}/nginx.conf`, config(lines.replaceAll("/var/www", `${folder}/www`)));
    const started = spawn(nginx, ["-e", "stderr", "-p", folder, "-c", "nginx.conf"]);
    server = started;
    let said = "";
    started.stderr.on("data", (data) => (said += data));
    const isStarted = () => existsSync(`${folder}/pid`) || started.exitCode !== null;
    await expect.poll(isStarted).toBe(true);
    expect(started.exitCode, said).toBe(null);
  });
  test.afterAll(async () => {
    if (!server) return;
    const closed = new Promise((resolve) => server?.on("close", resolve));
    if (server.kill()) await closed;
    await rm(folder, { recursive: true });
  });

  /** What is around the document's lines: a server with a certificate and HTTP/2, and an edge before it. */
  const config = (lines: string) => `
    daemon off; master_process off; pid pid;
    events {}
    http {
      types { text/html html; }
      client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
      ssl_certificate localhost.pem; ssl_certificate_key localhost.pem;
      log_format asked '$request_uri $status $server_protocol $upstream_cache_status';
      server {
        listen 127.0.0.1:${portOf("origin")} ssl http2;
        access_log off;
        ${lines}
        location /kept { add_header Cache-Control max-age=60; return 200 $msec; }
      }
      proxy_cache_path cache keys_zone=edge:1m;
      server {
        listen 127.0.0.1:${portOf("edge")} ssl http2;
        access_log asked.log asked;
        proxy_cache edge; proxy_cache_revalidate on; proxy_http_version 1.1;
        proxy_set_header Host $host;
        # The origin is asked whether what may not be kept has changed, as CDNs do.
        proxy_set_header If-None-Match $http_if_none_match;
        location / { proxy_pass https://127.0.0.1:${portOf("origin")}; }
      }
    }`;

  /** What the edge was asked for since the last time: address, status, protocol, and whether it had it. */
  let read = 0;
  const asked = async () => {
    const lines = (await readFile(`${folder}/asked.log`, "utf8")).trim().split("\n");
    const fresh = lines.slice(read);
    read = lines.length;
    return fresh;
  };

  test("a whole call is made, a second load is answered with 304, and a new build shows at once", async ({
    page,
    browserName,
  }) => {
    test.skip(browserName !== "chromium", "what an edge keeps is no matter of the browser");
    await page.goto("https://app.hubspot.com/");
    const hubspot = new HubSpot(page);
    // Without the trailing slash, and with a query.
    await hubspot.install("Deployed", `${site}/widget?from=%2B12125550111`);
    await makeCall(hubspot);
    const [call] = await hubspot.timeline();
    expect(call?.properties.hs_call_from_number).toBe("+12125550111");
    expect(await asked()).toEqual([
      "/widget?from=%2B12125550111 301 HTTP/2.0 MISS",
      "/widget/?from=%2B12125550111 200 HTTP/2.0 MISS",
    ]);

    const again = async () => {
      await page.reload();
      await hubspot.call();
      await expect(widgetIn(page).locator("#status")).toHaveText("Ready to call");
      return (await asked()).filter((line) => line.startsWith("/widget/"));
    };
    expect(await again()).toEqual(["/widget/?from=%2B12125550111 304 HTTP/2.0 MISS"]);
    await expect(widgetIn(page).getByRole("heading", { name: "Calling widget" })).toBeVisible();
    const file = `${folder}/www/widget/index.html`;
    const built = await readFile(file, "utf8");
    await writeFile(file, built.replace("<h1>Calling widget", "<h1>The new calling widget"));
    expect(await again()).toEqual(["/widget/?from=%2B12125550111 200 HTTP/2.0 MISS"]);
    await expect(widgetIn(page).getByRole("heading")).toContainText(["The new calling widget"]);

    // The edge keeps what it may keep.
    await page.goto(`${site}/kept`);
    await page.reload();
    expect(await asked()).toEqual(["/kept 200 HTTP/2.0 MISS", "/kept 200 HTTP/2.0 HIT"]);
  });

  test("the headers are those of _headers, and the pages are compressed", async ({ page }) => {
    for (const path of ["/widget/", "/widget/index.html", "/widget/hubspot.html"]) {
      const response = await page.goto(site + path);
      const served = (await response?.allHeaders()) ?? {};
      for (const [name, value] of await headersOf(path))
        expect(served[name.toLowerCase()], `${name} of ${path}`).toBe(value);
      expect(served["content-encoding"]).toBe("gzip");
      expect(served["content-type"]).toBe("text/html");
    }
  });

  test("the playground makes a call, from the calling window, too", async ({ page }) => {
    await page.goto(`${site}/widget/hubspot.html`);
    const hubspot = new HubSpot(page);
    await makeCall(hubspot);
    await hubspot.set({ usesRemote: true });
    const link = widgetIn(page).getByRole("link", { name: "Open calling window" });
    const window = await callFromWindow(hubspot, () => link.click());
    expect(window.url()).toBe(`${site}/widget/hubspot.html?window`);
  });
});

test.describe("on Cloudflare's own runtime", () => {
  const wrangler = find("wrangler") ?? "";
  // 230 MB that nothing else needs: the workflow on GitHub gets it, .ci/run does not.
  test.skip(!wrangler, "there is no Wrangler on this machine");

  let folder: string;
  let server: ChildProcess | undefined;
  let site: string;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    folder = await mkdtemp(join(tmpdir(), "wrangler-"));
    await cp(`${root}static`, `${folder}/static`, { recursive: true });
    const { key, cert } = await certificate();
    await writeFile(`${folder}/key.pem`, key);
    await writeFile(`${folder}/cert.pem`, cert);
    const options = "--local-protocol https --https-key-path key.pem --https-cert-path cert.pem";
    const started = spawn(
      wrangler,
      // Any date that the runtime knows: it is about code on the server, of which there is none.
      `pages dev static --ip 127.0.0.1 --port 0 --compatibility-date 2026-01-01 ${options}`.split(
        " ",
      ),
      {
        cwd: folder,
        // In a group of its own, so that its children end with it; it asks nobody, and writes nowhere else.
        detached: true,
        env: {
          ...process.env,
          CI: "true",
          FORCE_COLOR: "0",
          HOME: folder,
          CLOUDFLARE_CF_FETCH_ENABLED: "false",
          WRANGLER_HIDE_BANNER: "true",
          WRANGLER_SEND_METRICS: "false",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    server = started;
    let said = "";
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (data) => (said += data));
    const ready = () => /Ready on (https:\S+:\d+)/.exec(said)?.[1];
    const isStarted = () => ready() !== undefined || started.exitCode !== null;
    await expect.poll(isStarted, { timeout: 100_000 }).toBe(true);
    site = ready()?.replace("127.0.0.1", "localhost") ?? "";
    expect(site, said).not.toBe("");
  });
  test.afterAll(async () => {
    if (!server) return;
    const closed = new Promise((resolve) => server?.on("close", resolve));
    process.kill(-(server.pid ?? 0));
    await closed;
    await rm(folder, { recursive: true });
  });

  test("the headers are those of _headers, HubSpot frames the widget, and the playground makes a call", async ({
    page,
    request,
  }) => {
    test.slow();
    for (const path of ["/", "/phone", "/hubspot", `/calling-integration-popup-ui/62515`]) {
      const response = await request.get(site + path);
      expect(response.status(), path).toBe(200);
      for (const [name, value] of await headersOf(path))
        expect(response.headers()[name.toLowerCase()], `${name} of ${path}`).toBe(value);
    }
    await page.goto("https://app.hubspot.com/");
    const hubspot = new HubSpot(page);
    // Which leads on to the page's address without its ending.
    await hubspot.install("Deployed", `${site}/index.html?from=%2B12125550111`);
    await makeCall(hubspot);
    expect((await hubspot.timeline())[0]?.properties.hs_call_from_number).toBe("+12125550111");

    await page.goto(`${site}/hubspot.html`);
    expect(page.url()).toBe(`${site}/hubspot`);
    const playground = new HubSpot(page);
    await makeCall(playground);
    await playground.set({ usesRemote: true });
    const link = widgetIn(page).getByRole("link", { name: "Open calling window" });
    const window = await callFromWindow(playground, () => link.click());
    expect(window.url()).toBe(`${site}/hubspot?window`);
  });
});

test.describe("on a plain static host, at some path", () => {
  const host = createServer(async ({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = pathname.replace(/^\/some\/path\//, "").replace(/\/$/, "/index.html");
    const body = await readFile(`${root}static/${path}`).catch(() => undefined);
    const isPage = pathname.startsWith("/some/path/") && extname(path) === ".html" && body;
    response.writeHead(isPage ? 200 : 404, { "Content-Type": "text/html" });
    response.end(isPage ? body : "Nothing here");
  });
  test.beforeAll(() => new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve)));
  test.afterAll(() => {
    host.closeAllConnections();
    host.close();
  });
  const address = () => {
    const at = host.address();
    return `http://localhost:${typeof at === "object" ? at?.port : at}/some/path`;
  };

  test("the playground makes a call, and nothing is missing or asked of others", async ({
    page,
  }) => {
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`${address()}/hubspot.html`);
    await makeCall(new HubSpot(page));
    expect(requests).toEqual([`${address()}/hubspot.html`, `${address()}/index.html`]);
  });

  test("… and one from the calling window, which HubSpot opens", async ({ page }) => {
    await page.goto(`${address()}/hubspot.html`);
    const hubspot = new HubSpot(page);
    await hubspot.set({ usesRemote: true });
    await page.locator("#callmenu > summary").click();
    const button = page.getByRole("button", { name: "Open calling window" });
    const opened = await callFromWindow(hubspot, () => button.click());
    expect(opened.url()).toBe(`${address()}/hubspot.html?window`);
    // From the window, a record opens in the tab.
    await hubspot.open("Grace Hopper");
  });
});

test("where it is deployed at the root, HubSpot's address leads to the calling window", async ({
  page,
  request,
}) => {
  const server = await preview(0);
  try {
    const site = `https://localhost:${server.port}`;
    const response = await page.goto(`${site}/hubspot.html`);
    const served = (await response?.allHeaders()) ?? {};
    for (const [name, value] of await headersOf("/hubspot.html"))
      expect(served[name.toLowerCase()], name).toBe(
        // At localhost it would break the developer's other servers.
        name === "Strict-Transport-Security" ? undefined : value,
      );
    const hubspot = new HubSpot(page);
    await makeCall(hubspot);
    await hubspot.set({ usesRemote: true });
    const link = widgetIn(page).getByRole("link", { name: "Open calling window" });
    expect(new URL((await link.getAttribute("href")) ?? "").pathname).toBe(
      `/calling-integration-popup-ui/${account.portalId}`,
    );
    const window = await callFromWindow(hubspot, () => link.click());
    expect(window.url()).toBe(`${site}/hubspot.html?window`);
    expect((await request.get(`${site}/_headers`)).status()).toBe(404);
    for (const open of page.context().pages()) await open.goto("about:blank");
  } finally {
    await server.close();
  }
});

test("every host's lines in the document send the headers of _headers", async () => {
  const headers = Object.fromEntries(await headersOf("/index.html"));
  const [nginx = ""] = blocksOf("src/documents/deploy.md", "nginx");
  const [caddy = ""] = blocksOf("src/documents/deploy.md", "caddy");
  const [cloudfront = ""] = blocksOf("src/documents/deploy.md", "json");
  const lines = (text: string, line: RegExp) =>
    Object.fromEntries([...text.matchAll(line)].map(([, name, value]) => [name, value]));
  expect(lines(nginx, /^ +add_header ([\w-]+) "(.*)" always;$/gm)).toEqual(headers);
  expect(lines(caddy, /^\t\t([\w-]+) "(.*)"$/gm)).toEqual(headers);
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = JSON.parse(cloudfront);
  expect(custom.Quantity).toBe(custom.Items.length);
  expect({
    "Content-Security-Policy": security.ContentSecurityPolicy.ContentSecurityPolicy,
    "Strict-Transport-Security": `max-age=${security.StrictTransportSecurity.AccessControlMaxAgeSec}`,
    "X-Content-Type-Options": security.ContentTypeOptions.Override && "nosniff",
    "Referrer-Policy": security.ReferrerPolicy.ReferrerPolicy,
    ...Object.fromEntries(
      custom.Items.map(({ Header, Value }: Record<string, string>) => [Header, Value]),
    ),
  }).toEqual(headers);
});

test("CloudFront's function finds the pages", () => {
  const [source = ""] = blocksOf("src/documents/deploy.md", "js");
  const found = (uri: string) =>
    runInNewContext(`${source}; handler({ request: { uri: ${JSON.stringify(uri)} } })`);
  expect(found("/widget/").uri).toBe("/widget/index.html");
  expect(found("/widget/hubspot.html").uri).toBe("/widget/hubspot.html");
  expect(found("/widget").headers.location.value).toBe("/widget/");
  expect(found("/calling-integration-popup-ui/62515").headers.location.value).toBe(
    "/widget/hubspot.html?window",
  );
});
