// The server at the edges: whatever address is asked for, it gives a page that there is, or says in a line that there is none.
import { connect } from "node:tls";
import { expect, test } from "@playwright/test";
import { preview } from "../../src/server/preview.mjs";
import { serve } from "../../src/server/serve.mjs";
import { port } from "../playwright.config.ts";

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
