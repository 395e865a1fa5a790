// The endpoints of an app's settings: of its calling, its recordings, and its connection to help desk.
import express from "express";
import { isAppId, problemsOf, readOnlyFields, settingsPath } from "../../settings/settings.mjs";
import { bodyOf, refuse, refuseFields, withKey } from "./answers.mjs";

/** @typedef {Record<string, unknown> & { createdAt: string, updatedAt: string }} Stored */

/** What the apps' settings of one family are: they live as long as the server. */
export class Settings {
  /** @type {Map<string, Stored>} */
  #stored = new Map();

  /** @param {import("../../settings/settings.mjs").Family} family @param {() => void} [onChange] */
  constructor(family, onChange = () => {}) {
    this.family = family;
    this.onChange = onChange;
  }

  /** @param {string} appId */
  find(appId) {
    return this.#stored.get(appId);
  }

  /** With each app's id. @returns {(Stored & { appId: number })[]} */
  all() {
    return [...this.#stored].map(([appId, settings]) => ({ appId: Number(appId), ...settings }));
  }

  /** @param {string} appId @param {object} changes checked */
  store(appId, changes) {
    const now = new Date().toISOString();
    const before = this.#stored.get(appId) ?? { ...this.family.defaults, createdAt: now };
    const settings = { ...before, ...changes, updatedAt: now };
    this.#stored.set(appId, settings);
    this.onChange();
    return settings;
  }

  /** @param {string} appId @returns whether there were any */
  delete(appId) {
    const isGone = this.#stored.delete(appId);
    if (isGone) this.onChange();
    return isGone;
  }
}

/** @param {Settings} settings */
export function settingsEndpoints(settings) {
  const { family } = settings;
  const { what } = family;
  /** @typedef {import("express").Request} Request @typedef {import("express").Response} Response */
  const idOf = (/** @type {Request} */ { params }) => String(params.appId);
  const found = (/** @type {Request} */ request) => settings.find(idOf(request));
  const absent = (/** @type {Response} */ response) =>
    refuse(response, "absent", { message: `The app has no ${what}.` });
  const shown = (/** @type {Stored} */ stored) => {
    const names = [...Object.keys(family.checks), ...(family.isDated ? readOnlyFields : [])];
    return Object.fromEntries(names.map((name) => [name, stored[name]]));
  };

  /** Keeps what was sent, and answers with the settings as they are then; or with what is wrong. @param {Request} request @param {Response} response */
  const keep = (request, response) => {
    const body = bodyOf(request, response);
    if (!body) return;
    const sent = Object.entries(body).filter(([field]) => !readOnlyFields.includes(field));
    const changes = Object.fromEntries(sent);
    const problems = problemsOf(changes, !found(request), family);
    if (problems.length > 0) refuseFields(response, problems);
    else response.json(shown(settings.store(idOf(request), changes)));
  };

  const router = express.Router();
  const route = router
    .route([settingsPath(":appId", "v3", family), settingsPath(":appId", ":version", family)])
    .all(...withKey("key"), (request, response, next) =>
      isAppId(idOf(request)) ? next() : refuse(response, "noAppId"),
    )
    .get((request, response) => {
      const stored = found(request);
      stored ? response.json(shown(stored)) : absent(response);
    })
    .post((request, response) =>
      found(request)
        ? refuse(response, "exists", { message: `The app has ${what} already.` })
        : keep(request, response),
    )
    .patch((request, response) => (found(request) ? keep(request, response) : absent(response)));
  if (family.actions.includes("delete"))
    route.delete((request, response) => {
      settings.delete(idOf(request)) ? response.status(204).end() : absent(response);
    });
  return router;
}
