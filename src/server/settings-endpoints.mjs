// HubSpot's calling settings endpoints, as the local HubSpot's server has them. The settings live as long as the server.
import { randomUUID } from "node:crypto";
import express from "express";
import { isLoopback } from "../frame/loopback.mjs";
import {
  apiVersions,
  isAppId,
  isObject,
  problemsOf,
  readOnlyFields,
  settingsPath,
} from "../settings/settings.mjs";

/** @typedef {import("express").Request} Request @typedef {import("express").Response} Response */

/** @typedef {import("../settings/settings.mjs").AppSettings & { createdAt: string, updatedAt: string }} Stored */

/**
 * [guess] The codes, categories and texts. What is documented: the body's fields, the category of 401, and the
 * subCategory of settings that exist, whose code was seen as 400 and as 409. HubSpot looks whether the key is that
 * of the app's account; here any key is as good as another, and so is any app id.
 */
const errors = {
  unauthorized: {
    code: 401,
    category: "INVALID_AUTHENTICATION",
    message:
      "Authentication credentials not found: send ?hapikey= or an Authorization header with Bearer.",
  },
  forbidden: {
    code: 403,
    category: "FORBIDDEN",
    message: "Settings are taken from programs on this machine, not from pages of other sites.",
  },
  absent: {
    code: 404,
    category: "OBJECT_NOT_FOUND",
    message: "The app has no calling settings.",
  },
  noVersion: {
    code: 404,
    category: "OBJECT_NOT_FOUND",
    message: `The versions are ${apiVersions.join(", ")}.`,
  },
  noAppId: { code: 400, category: "VALIDATION_ERROR", message: "The app id is not an int32." },
  exists: {
    code: 409,
    category: "CONFLICT",
    subCategory: "CallingSettingError.SETTINGS_ALREADY_EXISTS",
    message: "The app has calling settings already.",
  },
  notJson: {
    code: 415,
    category: "VALIDATION_ERROR",
    message: "The body has to be JSON, with Content-Type: application/json.",
  },
  invalid: { code: 400, category: "VALIDATION_ERROR", message: "The settings are not valid." },
};

/** @param {Response} response @param {keyof typeof errors} kind @param {object} [more] */
function refuse(response, kind, more) {
  const { code, ...error } = errors[kind];
  response.status(code).json({ status: "error", ...error, correlationId: randomUUID(), ...more });
}

/**
 * Whether it comes from a program on this machine or from the local HubSpot's own page. Any page in the developer's
 * browser can send requests to loopback: under a name of its own that leads here, which is not loopback's; or to
 * a loopback name, and then the browser says where from.
 * @param {Request} request
 */
function isFromHere({ socket, hostname, headers, protocol }) {
  const peer = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const isPeer = isLoopback(peer.includes(":") ? `[${peer}]` : peer);
  const { origin = `${protocol}://${headers.host}`, "sec-fetch-site": site = "none" } = headers;
  const isOwnPage =
    origin === `${protocol}://${headers.host}` && ["none", "same-origin"].includes(String(site));
  return isPeer && isLoopback(hostname) && isOwnPage;
}

/** @param {Request} request */
function hasKey({ query, headers }) {
  const { hapikey } = query;
  return (
    (typeof hapikey === "string" && hapikey !== "") ||
    /^Bearer \S+$/i.test(headers.authorization ?? "")
  );
}

/**
 * @param {import("../settings/settings.mjs").AppSettings} [app] whose settings are there from the start
 * @returns `router`, which answers requests, and `header`, which tells a page of the apps when it is loaded: the value
 * of Server-Timing, the one header that a page can read of its own response. While it is open, it hears of them as
 * server-sent events.
 */
export function settingsEndpoints(app) {
  /** @type {Map<string, Stored>} */
  const stored = new Map();
  const apps = () =>
    JSON.stringify([...stored].map(([appId, settings]) => ({ appId: Number(appId), ...settings })));

  /** @type {Set<Response>} */
  const listeners = new Set();
  const tell = (/** @type {Response} */ listener) => {
    listener.write(`data: ${apps()}\n\n`);
    listener.flush();
  };

  const router = express.Router();
  router.get("/local-hubspot/apps", (request, response) => {
    if (!isFromHere(request)) return refuse(response, "forbidden");
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-transform" });
    listeners.add(response);
    response.on("close", () => listeners.delete(response));
    tell(response);
  });

  /** [guess] That an answer has these where nothing else was sent; of isReady, inbound and calling window it is documented. */
  const defaults = {
    isReady: true,
    supportsCustomObjects: false,
    supportsInboundCalling: false,
    usesRemote: false,
    usesCallingWindow: true,
  };
  const found = (/** @type {Request} */ { params }) => stored.get(String(params.appId));
  const store = (/** @type {string} */ appId, /** @type {object} */ changes) => {
    const now = new Date().toISOString();
    const before = stored.get(appId) ?? { name: "", url: "", ...defaults, createdAt: now };
    const settings = { ...before, ...changes, updatedAt: now };
    stored.set(appId, settings);
    listeners.forEach(tell);
    return settings;
  };
  if (app) store("1", app);

  /** Keeps what was sent, and answers with the settings as they are then; or with what is wrong. @param {Request} request @param {Response} response */
  const keep = (request, response) => {
    const before = found(request);
    if (!request.is("json")) return refuse(response, "notJson");
    if (!isObject(request.body)) return refuse(response, "invalid");
    const sent = Object.entries(request.body).filter(([field]) => !readOnlyFields.includes(field));
    const problems = problemsOf(Object.fromEntries(sent), !before);
    if (problems.length > 0) {
      const list = problems.map(({ field, problem }) => ({
        message: `${field} ${problem}`,
        in: field,
        code: "INVALID",
      }));
      return refuse(response, "invalid", { errors: list });
    }
    response.json(store(String(request.params.appId), Object.fromEntries(sent)));
  };

  router
    .route([settingsPath(":appId", "v3"), settingsPath(":appId", ":version")])
    .all((request, response, next) => {
      const { appId, version = "v3" } = request.params;
      if (!isFromHere(request)) refuse(response, "forbidden");
      else if (!hasKey(request)) refuse(response, "unauthorized");
      else if (!apiVersions.includes(String(version))) refuse(response, "noVersion");
      else if (!isAppId(String(appId))) refuse(response, "noAppId");
      else next();
    }, express.json())
    .get((request, response) => {
      const settings = found(request);
      settings ? response.json(settings) : refuse(response, "absent");
    })
    .post((request, response) =>
      found(request) ? refuse(response, "exists") : keep(request, response),
    )
    .patch((request, response) =>
      found(request) ? keep(request, response) : refuse(response, "absent"),
    )
    .delete((request, response) => {
      if (!stored.delete(String(request.params.appId))) return refuse(response, "absent");
      listeners.forEach(tell);
      response.status(204).end();
    });
  router.use(
    /** @type {import("express").ErrorRequestHandler} */ (
      // With four parameters it is the one for errors: of the JSON, or of an address that cannot be read.
      (error, _request, response, next) =>
        error instanceof URIError
          ? next(error)
          : refuse(response, "invalid", { message: "The body is not JSON, or is too long." })
    ),
  );
  return {
    router,
    get header() {
      const text = encodeURIComponent(apps());
      // Browsers take no response with headers of any length. What is missing comes as an event.
      return `apps;desc="${text.length < 50_000 ? text : ""}"`;
    },
  };
}
