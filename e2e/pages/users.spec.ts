// The worked example of src/documents/users.md: its lines log a person in inside HubSpot's frame, by a login server on another site.
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "@playwright/test";
import { build } from "esbuild";
import express, { type Express } from "express";
import { account } from "../../src/hubspot/crm.ts";
import { listen } from "../../src/server/listen.mjs";
import { blocksOf, root } from "../programs.ts";
import { expect, refusals, test } from "./fixtures.ts";

const text = "src/documents/users.md";
const [script = "", server = ""] = blocksOf(text, "js");
const [page = "", callback = ""] = blocksOf(text, "html");
const secret = "what only the two servers know";

const people: Record<string, object> = {
  Ada: { id: "ada", name: "Ada", customer: "engines" },
  Charles: { id: "charles", name: "Charles", customer: "engines" },
  Grace: { id: "grace", name: "Grace", customer: "compilers" },
};

/** A login server as others have them: it asks who is there, and gives the app's server the person for the code. */
async function startLogin() {
  const codes = new Map<string, { name: string; challenge: string; redirect: string }>();
  const app = express();
  app.use(express.urlencoded());
  app.get("/authorize", ({ query }, response) => {
    const { redirect_uri, state, code_challenge } = query;
    const links = Object.keys(people).map((name) => {
      const code = randomUUID();
      codes.set(code, { name, challenge: String(code_challenge), redirect: String(redirect_uri) });
      const back = `${redirect_uri}?${new URLSearchParams({ code, state: String(state) })}`;
      return `<a href="${back.replaceAll("&", "&amp;")}">${name}</a>`;
    });
    response.set("X-Frame-Options", "DENY").send(`<h1>Who are you?</h1>${links.join(" ")}`);
  });
  /** What was asked for with a code, and how it was answered. */
  const asked: number[] = [];
  app.post("/token", ({ body }, response) => {
    const given = codes.get(body.code);
    codes.delete(body.code);
    const hash = createHash("sha256").update(String(body.code_verifier)).digest("base64url");
    const isRight =
      given?.challenge === hash &&
      given.redirect === body.redirect_uri &&
      body.client_secret === secret;
    asked.push(isRight ? 200 : 400);
    response.status(isRight ? 200 : 400).json(people[given?.name ?? ""] ?? {});
  });
  const http = createServer(app);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const close = () => {
    http.closeAllConnections();
    http.close();
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

/** The document's app, at a free port of localhost. */
async function startApp(login: string) {
  const folder = await mkdtemp(join(tmpdir(), "users-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, "server.mjs");
  await writeFile(file, server);
  const { usersApp }: { usersApp: (...options: unknown[]) => Express } = await import(
    pathToFileURL(file).href
  );
  await rm(folder, { recursive: true });
  const { outputFiles } = await build({
    stdin: { contents: script.replace("https://login.example", login), resolveDir: `${root}src` },
    bundle: true,
    write: false,
    format: "esm",
    // As in a built page: the SDK writes each payload to the console.
    drop: ["console"],
  });
  const app = usersApp(login, secret, new Map([[account.portalId, "engines"]]));
  app.get("/", (_, response) => response.type("html").send(page));
  app.get("/callback.html", (_, response) => response.type("html").send(callback));
  app.get("/app.js", (_, response) => response.type("js").send(outputFiles[0]?.text));
  app.get("/plain-cookie", (_, response) =>
    response.cookie("plain", "1", { secure: true, sameSite: "none" }).send("set"),
  );
  app.get("/cookies", ({ headers }, response) => response.send(headers.cookie ?? ""));
  return listen(app, 0);
}

test("a person logs in by a window, and the frame keeps the login to itself", async ({
  browserName,
  complaints,
  context,
  hubspot,
  page,
}) => {
  // Five windows come and go.
  test.slow();
  const login = await startLogin();
  const app = await startApp(login.url);
  const url = `https://localhost:${app.port}`;
  const frame = hubspot.app;
  const words = frame.locator("output");
  /** Clicks "Log in"; gives the window that opens. */
  const open = async (): Promise<Page> => {
    const opening = page.waitForEvent("popup");
    await frame.getByRole("button", { name: "Log in" }).click();
    const popup = await opening;
    await popup.getByText("Who are you?").waitFor();
    return popup;
  };
  const logIn = async (name: string, popup: Page) => {
    const closed = popup.waitForEvent("close");
    await popup.getByRole("link", { name }).click();
    await closed;
  };
  /** What the app's server says in the frame, for whoever HubSpot's page says is there. */
  const ask = (userId: number, portalId = account.portalId) =>
    frame
      .locator("body")
      .evaluate(
        (_, query) => fetch(`/session?${query}`).then((answer) => answer.json()),
        `portalId=${portalId}&userId=${userId}`,
      );

  if (browserName === "chromium") {
    // As Firefox does by itself, and Chromium for some of its users.
    const devTools = await context.newCDPSession(page);
    await devTools.send("Network.enable");
    await devTools.send("Network.setCookieControls", { enableThirdPartyCookieRestriction: true });
  }

  try {
    await hubspot.install("Calls", `${url}/`);
    await hubspot.call();
    expect(await hubspot.heard("INITIALIZED")).toEqual({ isLoggedIn: false });
    await expect(words).toHaveText("Logged out");

    // The login server's own page knows the state. It is another site's all the same: it is not heard.
    const first = await open();
    const state = new URL(first.url()).searchParams.get("state");
    await first.evaluate((state) => opener.postMessage({ code: "stolen", state }, "*"), state);
    // Nor is HubSpot's page.
    await page.evaluate(
      ([selector, state]) => {
        const app = document.querySelector<HTMLIFrameElement>(selector);
        app?.contentWindow?.postMessage({ code: "stolen", state }, "*");
      },
      ["#hubspot-calling-extension-iframe", state ?? ""] as const,
    );
    // Nor is another window of the app's own.
    await frame
      .locator("body")
      .evaluate((_, state) => window.postMessage({ code: "stolen", state }), state);
    // Nor is this one, with the state of a login that the frame has not begun.
    const closed = first.waitForEvent("close");
    await first.evaluate((url) => {
      location.href = url;
    }, `${url}/callback.html?code=stolen&state=another`);
    await closed;
    await expect(words).toHaveText("Logged out");

    // Grace works for a customer who has not connected this account.
    await logIn("Grace", await open());
    await expect(words).toHaveText("This HubSpot account is not connected with your company.");
    expect(complaints.splice(0)).toEqual(refusals(page, 403));

    await logIn("Ada", await open());
    await hubspot.heard("LOGGED_IN", 1);
    await expect(words).toHaveText("Logged in as Ada");
    expect(login.asked, "the login server was asked for Grace and Ada alone").toEqual([200, 200]);

    // The cookie is the frame's, and outlives it.
    const cookies = await context.cookies(url);
    expect(cookies).toEqual([
      expect.objectContaining({
        name: "__Host-session",
        httpOnly: true,
        secure: true,
        sameSite: "None",
        path: "/",
        // Firefox's driver does not tell it.
        ...(browserName === "chromium" && { partitionKey: "https://hubspot.localhost" }),
      }),
    ]);
    await page.reload();
    await hubspot.call();
    expect(await hubspot.heard("INITIALIZED")).toEqual({ isLoggedIn: true });
    await expect(words).toHaveText("Logged in as Ada");
    await frame.locator("body").evaluate(() => location.reload());
    await hubspot.heard("INITIALIZED", 2);
    await expect(words).toHaveText("Logged in as Ada");
    expect(await ask(account.userId)).toEqual({ name: "Ada" });

    // The app in a tab of its own does not have it. Nor has the frame what such a tab sets, in a browser that blocks that;
    // Firefox lets it have that, once it has opened a window.
    const tab = await context.newPage();
    await tab.goto(`${url}/plain-cookie`);
    await tab.goto(`${url}/cookies`);
    await expect(tab.locator("body")).toHaveText("plain=1");
    await tab.close();
    const sent = frame
      .locator("body")
      .evaluate(() => fetch("/cookies").then((answer) => answer.text()));
    const all = browserName === "chromium" ? "" : "; plain=1";
    expect((await sent).replace(/=[\w-]{36}/, "=…")).toBe(`__Host-session=…${all}`);

    // Another user of this browser's HubSpot, or another account, is not Ada.
    expect(await ask(4712)).toEqual({});
    expect(await ask(account.userId, 62516)).toEqual({});

    // And Charles, of the same company, is not this user of HubSpot's.
    await logIn("Charles", await open());
    await expect(words).toHaveText("Somebody else logs in as this HubSpot user.");
    expect(complaints.splice(0)).toEqual(refusals(page, 403));

    // A request from elsewhere has no effect.
    const answer = await context.request.post(`${url}/session`, {
      headers: { Origin: "https://other.example" },
      data: {},
    });
    expect(await answer.text()).toBe("Forbidden");

    // Why the login is in a window: the frame cannot go to the login server.
    await frame.locator("body").evaluate((_, url) => {
      location.href = url;
    }, `${login.url}/authorize`);
    const isRefused = () => complaints.some((words) => words.includes("X-Frame-Options"));
    await expect.poll(isRefused).toBe(true);
    complaints.length = 0;
  } finally {
    await app.close();
    login.close();
  }
});
