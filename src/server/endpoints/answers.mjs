// What all of HubSpot's endpoints have in common: who may ask, with which key, and how they refuse.
import { randomUUID } from "node:crypto";
import express from "express";
import { isLoopback } from "../../frame/loopback.mjs";
import { datedVersions, isObject } from "../../settings/settings.mjs";

/** @typedef {import("express").Request} Request */
/** @typedef {import("express").Response} Response */
/** @typedef {import("../../settings/settings.mjs").Problem} Problem */

/**
 * [guess] The codes, categories and texts. What is documented: the body's fields, the category of 401, and the
 * subCategory of settings that exist, whose code was seen as 400 and as 409. HubSpot looks whether the key is that
 * of the app's account; here any key is as good as another, and so is any app id.
 */
const errors = {
  noKey: {
    code: 401,
    category: "INVALID_AUTHENTICATION",
    message:
      "Authentication credentials not found: send ?hapikey= or an Authorization header with Bearer.",
  },
  noToken: {
    code: 401,
    category: "INVALID_AUTHENTICATION",
    message: "Authentication credentials not found: send an Authorization header with Bearer.",
  },
  forbidden: {
    code: 403,
    category: "FORBIDDEN",
    message: "Requests are taken from programs on this machine, not from pages of other sites.",
  },
  absent: { code: 404, category: "OBJECT_NOT_FOUND", message: "There is none." },
  noVersion: {
    code: 404,
    category: "OBJECT_NOT_FOUND",
    message: `The dated versions are ${datedVersions.join(", ")}.`,
  },
  noAppId: { code: 400, category: "VALIDATION_ERROR", message: "The app id is not an int32." },
  exists: {
    code: 409,
    category: "CONFLICT",
    subCategory: "CallingSettingError.SETTINGS_ALREADY_EXISTS",
    message: "The app has them already.",
  },
  notJson: {
    code: 415,
    category: "VALIDATION_ERROR",
    message: "The body has to be JSON, with Content-Type: application/json.",
  },
  tooLong: {
    code: 413,
    category: "VALIDATION_ERROR",
    message: "The body is longer than 100 KB.",
  },
  loop: {
    code: 508,
    category: "VALIDATION_ERROR",
    message: "An address of the app’s is the local HubSpot’s own.",
  },
  invalid: { code: 400, category: "VALIDATION_ERROR", message: "The body is not valid." },
};

/** @param {Response} response @param {keyof typeof errors} kind @param {object} [more] */
export function refuse(response, kind, more) {
  const { code, ...error } = errors[kind];
  response.status(code).json({ status: "error", ...error, correlationId: randomUUID(), ...more });
}

/** Says what is wrong with each field. @param {Response} response @param {readonly Problem[]} problems */
export function refuseFields(response, problems) {
  const list = problems.map(({ field, problem }) => ({
    message: `${field} ${problem}`,
    in: field,
    code: "INVALID",
  }));
  refuse(response, "invalid", { errors: list });
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
const hasToken = ({ headers }) => /^Bearer \S+$/i.test(headers.authorization ?? "");
/** @param {Request} request */
const hasKey = ({ query: { hapikey } }) => typeof hapikey === "string" && hapikey !== "";

/** In bytes. */
const longestBody = 100_000;

/** Reads a JSON body of at most 100 KB; a longer one is refused, whatever it is. @type {import("express").RequestHandler[]} */
const readBody = [
  ({ headers }, response, next) =>
    Number(headers["content-length"]) > longestBody ? refuse(response, "tooLong") : next(),
  express.json({ limit: longestBody }),
];

/** For the local HubSpot's own pages: what comes from elsewhere is refused. @type {import("express").RequestHandler[]} */
export const fromHere = [
  (request, response, next) => (isFromHere(request) ? next() : refuse(response, "forbidden")),
  ...readBody,
];

/**
 * For HubSpot's endpoints: what comes from elsewhere, without a key or of another version is refused.
 * [guess] Which of the two an endpoint takes: the specifications disagree on the settings, and name a token for the others.
 * @param {"key" | "token"} needed the developer's API key or a token, or only a token
 * @returns {import("express").RequestHandler[]}
 */
export const withKey = (needed) => [
  (request, response, next) => {
    const { version } = request.params;
    if (!isFromHere(request)) refuse(response, "forbidden");
    else if (!hasToken(request) && !(needed === "key" && hasKey(request)))
      refuse(response, needed === "key" ? "noKey" : "noToken");
    else if (version !== undefined && !datedVersions.includes(String(version)))
      refuse(response, "noVersion");
    else next();
  },
  ...readBody,
];

/** The body, if it is a JSON object; else it is refused. @param {Request} request @param {Response} response */
export function bodyOf(request, response) {
  if (!request.is("json")) return refuse(response, "notJson");
  /** @type {unknown} */
  const body = request.body;
  return isObject(body) ? body : refuse(response, "invalid");
}

/** Errors of the JSON, or of an address that cannot be read. @type {import("express").ErrorRequestHandler} */
export const failed = (error, _request, response, next) => {
  if (error.type === "entity.too.large") refuse(response, "tooLong");
  else if (/^(entity|encoding|charset|request)\./.test(String(error.type)))
    refuse(response, "invalid", { message: "The body is not JSON." });
  else next(error);
};
