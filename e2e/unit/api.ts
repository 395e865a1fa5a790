// The local HubSpot's endpoints as an app's server asks them, each test with a server of its own.
import { get } from "node:https";
import { type APIRequestContext, test as base } from "@playwright/test";
import type { Engagement } from "../../src/hubspot/engagements.ts";
import { serve } from "../../src/server/serve.mjs";

export { expect } from "@playwright/test";

type Asked = { method?: string; data?: unknown; headers?: Record<string, string> };

export class Api {
  constructor(
    readonly port: number,
    readonly request: APIRequestContext,
  ) {}

  /** One request, with a token unless its headers say otherwise. */
  async ask(path: string, { method = "GET", data, headers = {} }: Asked = {}) {
    const response = await this.request.fetch(`https://127.0.0.1:${this.port}${path}`, {
      method,
      ...(data !== undefined && { data }),
      headers: { authorization: "Bearer any", ...headers },
      maxRedirects: 0,
    });
    const text = await response.text();
    const type = response.headers()["content-type"] ?? "";
    return {
      status: response.status(),
      headers: response.headers(),
      body: type.includes("json") ? JSON.parse(text) : text,
    };
  }

  /** A page keeps these. */
  async keep(...engagements: Engagement[]): Promise<void> {
    const kept = await this.ask("/local-hubspot/engagements", { method: "PUT", data: engagements });
    if (kept.status !== 204) throw new Error(`The server answers ${kept.status}`);
  }

  /** What a page that is open hears from now on, until it is closed: `[event, data]` each. */
  listen() {
    const heard: [event: string, data: unknown][] = [];
    const options = { host: "127.0.0.1", rejectUnauthorized: false };
    const asked = get(
      { ...options, port: this.port, path: "/local-hubspot/events" },
      (response) => {
        let rest = "";
        response.setEncoding("utf8").on("data", (data) => {
          const parts = (rest + data).split("\n\n");
          rest = parts.pop() ?? "";
          for (const part of parts) {
            const [, event = "", text = ""] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
            heard.push([event, JSON.parse(text)]);
          }
        });
        response.on("error", () => {});
      },
    ).on("error", () => {});
    return { heard, close: () => asked.destroy() };
  }
}

export const test = base.extend<{ options: object; api: Api }>({
  options: [{}, { option: true }],
  api: async ({ request, options }, use) => {
    const server = await serve({ port: 0, ...options });
    await use(new Api(server.port, request));
    await server.close();
  },
});
