// The CRM's API for calls: an app that makes its engagements itself does so here.
import express from "express";
import { outcomes } from "../../hubspot/outcomes.mjs";
import { kinds } from "../../hubspot/records.mjs";
import { isObject, textOf } from "../../settings/settings.mjs";
import { bodyOf, refuse, refuseFields, withKey } from "./answers.mjs";
import { readProperties } from "./properties.mjs";

/** @typedef {import("express").Request} Request */
/** @typedef {import("express").Response} Response */
/** @typedef {import("../../settings/settings.mjs").Problem} Problem */
/** @typedef {import("./engagements.mjs").Kept} Kept */

/** [guess] The dated form: only that of the calling endpoints is documented. */
const paths = ["/crm/v3/objects/calls", "/crm/objects/:version/calls"];

/** @param {unknown} id */
const isId = (id) => /^[1-9]\d{0,15}$/.test(textOf(id));

/**
 * The records that a call is put on: `[{to: {id}, types: [{associationCategory, associationTypeId}]}]`.
 * [guess] That any id will do: the pages have the records, and HubSpot would refuse one that it does not have.
 * @param {unknown} sent
 * @returns {{ problems: Problem[], recordIds: number[] }}
 */
function readAssociations(sent = []) {
  const field = "associations";
  if (!Array.isArray(sent))
    return { problems: [{ field, problem: "have to be a list" }], recordIds: [] };
  const problems = sent.flatMap((each, index) => {
    const { to, types } = isObject(each) ? each : {};
    const isType = (/** @type {unknown} */ type) =>
      isObject(type) &&
      ["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"].includes(
        textOf(type.associationCategory),
      ) &&
      Number.isSafeInteger(type.associationTypeId);
    const at = `${field}[${index}]`;
    if (!isObject(to) || !isId(to.id))
      return [{ field: `${at}.to.id`, problem: "has to be a record’s id" }];
    return Array.isArray(types) && types.length > 0 && types.every(isType)
      ? []
      : [
          {
            field: `${at}.types`,
            problem: "have to be a list of {associationCategory, associationTypeId}",
          },
        ];
  });
  const recordIds = problems.length > 0 ? [] : sent.map(({ to }) => Number(to.id));
  return { problems, recordIds: [...new Set(recordIds)] };
}

/** A time as HubSpot's API answers it. @param {number} ms since 1970 */
const iso = (ms) => new Date(ms).toISOString();

/** [guess] These three are in each answer. */
const own = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

/**
 * A call as the API answers it. [guess] Its fields.
 * @param {Kept} kept
 * @param {readonly string[]} [asked] which of its properties; all of them when it is not given
 */
function answer({ engagement, updatedAt }, asked) {
  const { engagementId, createdAt, properties } = engagement;
  const time = Number(properties.hs_timestamp);
  const whole = new Map(
    Object.entries({
      ...properties,
      ...(properties.hs_timestamp && { hs_timestamp: Math.abs(time) <= 8.64e15 ? iso(time) : "" }),
      hs_createdate: iso(createdAt),
      hs_lastmodifieddate: iso(updatedAt),
      hs_object_id: String(engagementId),
    }),
  );
  const names = asked ?? whole.keys();
  return {
    id: String(engagementId),
    properties: Object.fromEntries([...names].map((name) => [name, whole.get(name) ?? null])),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    archived: false,
  };
}

/**
 * Which properties a GET asks for: `properties`, with commas or several times.
 * [guess] Without it, the CRM's own three.
 * @param {Request} request
 */
const askedOf = ({ query: { properties = "" } }) => [...own, ...listOf(properties)];

/**
 * The call's records that a GET asks for: `associations`, as `properties`.
 * [guess] The shape of the answer.
 * @param {Request} request @param {Kept} kept @param {import("./records.mjs").Records} records
 */
function associationsOf({ query: { associations = "" } }, { engagement }, records) {
  const names = listOf(associations).map((name) => {
    const found = records.ofKind(engagement.recordIds, name);
    const results = found.map(({ objectId, objectTypeId }) => ({
      id: String(objectId),
      type: `call_to_${kinds[objectTypeId].objectType.toLowerCase()}`,
    }));
    return [name, { results }];
  });
  return names.length > 0 ? { associations: Object.fromEntries(names) } : {};
}

/** What stands between commas. @param {unknown} text */
const listOf = (text) =>
  String(text)
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

/** [guess] That HubSpot takes no other fields, nor associations in a PATCH. @param {object} others */
const unknown = (others) =>
  Object.keys(others).map((field) => ({ field, problem: "is not a field of this request" }));

/** [guess] The most that one answer has, and how many it has when nothing is said. */
const limits = { most: 100, usual: 10 };

/**
 * @param {import("./engagements.mjs").Engagements} engagements
 * @param {import("./records.mjs").Records} records
 */
export function callEndpoints(engagements, records) {
  const router = express.Router();
  const read = (/** @type {Request} */ request, /** @type {Kept} */ kept) => ({
    ...answer(kept, askedOf(request)),
    ...associationsOf(request, kept, records),
  });
  const found = (/** @type {Request} */ { params }) => engagements.find(params.id);
  const absent = (/** @type {Response} */ response) =>
    refuse(response, "absent", { message: "The CRM has no such call." });

  router
    .route(paths)
    .all(...withKey("token"))
    .get((request, response) => {
      const { limit = limits.usual, after = 0 } = request.query;
      const [most, begin] = [Number(limit), Number(after)];
      if (!(Number.isInteger(most) && most > 0 && most <= limits.most))
        return refuseFields(response, [
          { field: "limit", problem: `has to be 1 to ${limits.most}` },
        ]);
      if (!(Number.isInteger(begin) && begin >= 0))
        return refuseFields(response, [{ field: "after", problem: "has to be what paging says" }]);
      // Oldest first, so that what is made meanwhile comes last.
      const all = engagements.all().reverse();
      const next = begin + most;
      response.json({
        results: all.slice(begin, next).map((kept) => read(request, kept)),
        ...(next < all.length && { paging: { next: { after: String(next) } } }),
      });
    })
    .post((request, response) => {
      const body = bodyOf(request, response);
      if (!body) return;
      const { properties: sent, associations, ...others } = body;
      const { properties, problems } = readProperties(sent);
      const { recordIds, problems: more } = readAssociations(associations);
      const missing =
        isObject(sent) && !textOf(sent.hs_timestamp)
          ? [{ field: "hs_timestamp", problem: "is missing" }]
          : [];
      const wrong = [...missing, ...problems, ...more, ...unknown(others)];
      if (wrong.length > 0) return refuseFields(response, wrong);
      response.status(201).json(answer(engagements.make({ properties, recordIds })));
    });

  router
    .route(paths.map((path) => `${path}/:id`))
    .all(...withKey("token"))
    .get((request, response) => {
      const kept = found(request);
      kept ? response.json(read(request, kept)) : absent(response);
    })
    .patch((request, response) => {
      const kept = found(request);
      if (!kept) return absent(response);
      const body = bodyOf(request, response);
      if (!body) return;
      const { properties: sent, ...others } = body;
      const { properties, problems } = readProperties(sent);
      const wrong = [...problems, ...unknown(others)];
      if (wrong.length > 0) refuseFields(response, wrong);
      else response.json(answer(engagements.change(kept, { properties })));
    });

  // [guess] What an outcome has.
  router.get("/calling/v1/dispositions", ...withKey("token"), (_, response) => {
    const all = Object.entries(outcomes);
    response.json(all.map(([id, label]) => ({ id, label, deleted: false })));
  });
  return router;
}
