// The calling settings endpoints of the local HubSpot: who may use them, and the app that then stands under "Call from".
import { request as send } from "node:https";
import type { Page } from "@playwright/test";
import { portOf } from "../ports.ts";
import { alone, BareApp, expect } from "./fixtures.ts";

const port = portOf("settings");
const origin = `https://hubspot.localhost:${port}`;
const path = "/crm/v3/extensions/calling/12345/settings";
const app = { name: "My app", url: `https://localhost:${port}/` };

type Asked = { method?: string; path?: string; body?: unknown; headers?: Record<string, string> };

/** One request; the body is sent as JSON unless its headers say otherwise. */
function ask({ method = "GET", path: at = `${path}?hapikey=any`, body, headers = {} }: Asked) {
  const text = body === undefined ? "" : JSON.stringify(body);
  type Answer = { status: number | undefined; type: string | undefined; body: unknown };
  return new Promise<Answer>((resolve, reject) => {
    const all = { host: `hubspot.localhost:${port}`, "content-type": "application/json" };
    send(
      {
        host: "127.0.0.1",
        port,
        path: at,
        method,
        rejectUnauthorized: false,
        headers: { ...all, "content-length": String(Buffer.byteLength(text)), ...headers },
      },
      async (response) => {
        let said = "";
        for await (const data of response) said += data;
        const type = response.headers["content-type"];
        const isJson = type?.includes("json");
        resolve({ status: response.statusCode, type, body: isJson ? JSON.parse(said) : said });
      },
    )
      .on("error", reject)
      .end(text);
  });
}

const test = alone(port);
test.afterEach(() => ask({ method: "DELETE" }));

const offered = (page: Page) => page.locator("#app option");

test("an app that is sent stands under Call from, as it is sent, in every page that is open", async ({
  page,
  hubspot,
  widget,
}) => {
  await page.locator("#callmenu > summary").click();
  await page.getByText("App settings").click();
  await expect(offered(page)).toHaveText(["Demo App Local", "Demo App Phone"]);

  await ask({ method: "POST", body: { ...app, width: 380, height: 560, isReady: false } });
  await expect(page.locator("#hint")).toContainText("Not offered, since isReady is false: My app.");
  await expect(offered(page)).toHaveText(["Demo App Local", "Demo App Phone"]);
  await ask({ method: "PATCH", body: { isReady: true, supportsCustomObjects: true } });
  await expect(offered(page)).toHaveText(["My app"]);
  await expect(page.locator("#hint")).toBeEmpty();
  await expect(page.locator("#facts")).toHaveText(
    `https://localhost:${port}/ · 380 x 560 px · App 12345: isReady true`,
  );

  // In the panel of the record, and then, as soon as it is sent, in the navigation bar; ticked otherwise in between.
  await page.getByRole("checkbox", { name: "usesCallingWindow" }).uncheck();
  await page.getByRole("button", { name: "Call with" }).click();
  await expect(page.locator("#panel")).toHaveAttribute("data-place", "widget");
  await ask({
    method: "PATCH",
    path: "/crm/extensions/calling/2025-09/12345/settings",
    body: { supportsInboundCalling: true, usesCallingWindow: false },
    headers: { authorization: "Bearer any" },
  });
  await expect(page.locator("#panel")).toHaveAttribute("data-place", "remote");

  // A call goes on through whatever is sent meanwhile, and can be called from again.
  await widget.getByRole("button", { name: "Log in" }).click();
  await hubspot.heard("LOGGED_IN");
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await ask({ method: "PATCH", body: { name: "My better app", usesRemote: true, height: 500 } });
  await expect(offered(page)).toHaveText(["My better app"]);
  await hubspot.dial({ phoneNumber: "+44 20 7946 0077" });
  await expect(widget.getByRole("status")).toHaveText("Ringing");
  await widget.getByRole("button", { name: "Call ended" }).click();
  await widget.getByRole("button", { name: "Call completed" }).click();
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);

  const other = await hubspot.newTab();
  await expect(offered(other.page)).toHaveText(["My better app"]);
  await ask({ method: "DELETE" });
  await expect(offered(other.page)).toHaveText(["Demo App Local", "Demo App Phone"]);
  await page.bringToFront();
  await expect(offered(page)).toHaveText(["Demo App Local", "Demo App Phone"]);
});

test("its frame has the size that was sent, until it asks for another", async ({ hubspot }) => {
  const url = "https://app.example/";
  await BareApp.install(hubspot);
  await hubspot.page.evaluate(() => localStorage.clear());
  await ask({ method: "POST", body: { name: "Sized", url, width: 380, height: 560 } });
  await hubspot.call();
  const frame = hubspot.page.locator("#hubspot-calling-extension-iframe");
  await expect(frame).toHaveAttribute("title", "Sized");
  await expect(frame).toHaveAttribute("width", "380px");
  await expect(frame).toHaveAttribute("height", "560px");
});

test("the keys of localStorage offer an app that is not ready, beside one that is", async ({
  page,
  hubspot,
}) => {
  await ask({ method: "POST", body: { ...app, name: "Other" } });
  await hubspot.install("Mine", "https://mine.example/");
  await expect(offered(page)).toHaveText(["Mine", "Other"]);
  await ask({ method: "PATCH", body: { url: "https://mine.example/", isReady: false } });
  await expect(offered(page)).toHaveText(["Mine"]);
});

test("answers are as HubSpot documents them, at each of its addresses", async () => {
  const made = await ask({ method: "POST", body: app });
  expect(made.status).toBe(200);
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const settings = {
    ...app,
    width: 400,
    height: 650,
    isReady: true,
    supportsCustomObjects: false,
    supportsInboundCalling: false,
    usesRemote: false,
    usesCallingWindow: true,
    createdAt: iso,
    updatedAt: iso,
  };
  expect(made.body).toEqual(settings);
  for (const version of ["2025-09", "2026-03", "2026-09"]) {
    const dated = `/crm/extensions/calling/${version}/12345/settings`;
    const found = await ask({ path: dated, headers: { authorization: "Bearer any" } });
    expect(found).toMatchObject({ status: 200, body: settings });
  }
  const error = (category: string) => ({
    status: "error",
    category,
    message: expect.any(String),
    correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const again = await ask({ method: "POST", body: app });
  const subCategory = "CallingSettingError.SETTINGS_ALREADY_EXISTS";
  expect(again).toMatchObject({ status: 409, body: { ...error("CONFLICT"), subCategory } });
  const read = await ask({ method: "PATCH", body: { createdAt: "now", updatedAt: 1 } });
  expect(read.body).toEqual(settings);

  const wrong = await ask({ method: "PATCH", body: { height: "tall", colour: 1, __proto: {} } });
  expect(wrong).toMatchObject({ status: 400, body: error("VALIDATION_ERROR") });
  expect(wrong.body).toHaveProperty("errors.0.in", "height");
  expect(wrong.body).toHaveProperty("errors.1.in", "colour");
  expect((await ask({ method: "PATCH", body: [] })).status).toBe(400);
  const long = { name: "x".repeat(200_000) };
  expect((await ask({ method: "PATCH", body: long })).status).toBe(413);
  expect((await ask({})).body).toEqual(settings);

  expect(await ask({ method: "DELETE" })).toEqual({ status: 204, type: undefined, body: "" });
  for (const asked of [{}, { method: "PATCH", body: { isReady: true } }, { method: "DELETE" }])
    expect(await ask(asked)).toMatchObject({ status: 404, body: error("OBJECT_NOT_FOUND") });
  for (const keyless of [path, `${path}?hapikey=`])
    expect(await ask({ path: keyless })).toMatchObject({
      status: 401,
      body: error("INVALID_AUTHENTICATION"),
    });
  expect((await ask({ path: `${path.replace("12345", "2147483648")}?hapikey=any` })).status).toBe(
    400,
  );
  const undated = "/crm/extensions/calling/2024-01/12345/settings?hapikey=any";
  expect((await ask({ path: undated })).status).toBe(404);
});

test("only programs on this machine can send settings, and only for loopback names", async ({
  page,
  complaints,
}) => {
  const post = { method: "POST", body: app };
  for (const [name, value, status] of [
    ["host", "evil.example", 403],
    ["host", `localhost.evil.example:${port}`, 403],
    ["host", `localhost:${port}`, 404],
    ["origin", "https://evil.example", 403],
    ["origin", `https://localhost:${port}`, 403],
    ["origin", "null", 403],
    ["sec-fetch-site", "cross-site", 403],
    ["sec-fetch-site", "same-site", 403],
    ["content-type", "text/plain", 415],
    ["content-type", "application/x-www-form-urlencoded", 415],
  ] as const)
    expect((await ask({ ...post, headers: { [name]: value } })).status, value).toBe(status);
  const events = "/local-hubspot/events";
  expect((await ask({ path: events, headers: { host: "evil.example" } })).status).toBe(403);

  // A page that tries, on this machine: of others the browser itself keeps most requests away from loopback.
  await page.goto(`https://evil.localhost:${port}/nothing`);
  await page.evaluate(
    async ([address, body]) => {
      for (const mode of ["no-cors", "cors"] as const)
        for (const type of ["application/json", "text/plain"])
          for (const method of ["POST", "PATCH", "DELETE"])
            await fetch(address, { method, mode, body, headers: { "content-type": type } }).catch(
              () => {},
            );
      const target = document.createElement("iframe");
      target.name = "target";
      document.body.append(target);
      const form = document.createElement("form");
      Object.assign(form, { action: address, method: "POST", enctype: "text/plain" });
      form.target = "target";
      const field = form.appendChild(document.createElement("input"));
      [field.name, field.value] = [body.slice(0, -1), "}"];
      document.body.append(form);
      const answered = new Promise((resolve) => target.addEventListener("load", resolve));
      form.submit();
      await answered;
    },
    [`${origin}${path}?hapikey=any`, JSON.stringify({ ...app, "": "" })] as const,
  );
  expect((await ask({})).status).toBe(404);
  expect(complaints.splice(0).length).toBeGreaterThan(0);
});
