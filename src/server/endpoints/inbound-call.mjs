// The endpoint for a call that HubSpot's page did not see: the app reports it, and hears who called.
import express from "express";
import { callerIdMatch } from "../../hubspot/records.mjs";
import { callStatuses } from "../../rules/properties.mjs";
import { callingPath, isObject, textOf } from "../../settings/settings.mjs";
import { bodyOf, refuseFields, withKey } from "./answers.mjs";
import { isoTime, oneOf, readProperties } from "./properties.mjs";

/** @typedef {import("../../settings/settings.mjs").Check} Check */
/** @typedef {import("../../settings/settings.mjs").Problem} Problem */

const finalStatuses = [...callStatuses, "HOLD", "MISSED", "UNKNOWN"].sort();
const numberTypes = [
  "FIXED_LINE",
  "FIXED_LINE_OR_MOBILE",
  "MOBILE",
  "PAGER",
  "PERSONAL_NUMBER",
  "PREMIUM_RATE",
  "SHARED_COST",
  "TOLL_FREE",
  "UAN",
  "UNKNOWN",
  "VOICEMAIL",
  "VOIP",
];

const isE164 = (/** @type {unknown} */ text) => /^\+[1-9]\d{1,14}$/.test(textOf(text));
/** @type {Check} */
const isId = (value) =>
  Number.isSafeInteger(value) && Number(value) > 0 ? undefined : "has to be an id";

/** @type {Check} */
function isNumber(value) {
  if (!isObject(value)) return "has to be {e164Number, phoneNumberType?, extension?}";
  const { e164Number, phoneNumberType, extension, ...others } = value;
  if (!isE164(e164Number)) return "needs an e164Number, such as +442079460018";
  if (phoneNumberType !== undefined && !numberTypes.includes(textOf(phoneNumberType)))
    return `has a phoneNumberType that is none of ${numberTypes.join(", ")}`;
  if (extension !== undefined && !/^\d{1,11}$/.test(textOf(extension)))
    return "has an extension that is not digits";
  const [other] = Object.keys(others);
  return other === undefined ? undefined : `has ${other}, which is not known`;
}

/** @param {number} seconds */
const msOf = (seconds) => Math.round(seconds * 1000);

/** [guess] That these have to be there, and the others not: which are is documented of none. @type {Record<string, Check>} */
const needed = {
  externalCallId: (value) =>
    typeof value === "string" && value !== "" && value.length <= 255
      ? undefined
      : "has to be a text",
  createEngagement: (value) => (typeof value === "boolean" ? undefined : "has to be true or false"),
  fromNumber: isNumber,
  toNumber: isNumber,
};
/** @type {Record<string, Check>} */
const optional = {
  engagementProperties: (value) =>
    isObject(value) && Object.values(value).every((text) => typeof text === "string")
      ? undefined
      : "has to be an object of texts",
  finalCallStatus: oneOf(finalStatuses),
  potentialRecipientUserIds: (value) =>
    Array.isArray(value) && value.every((id) => isId(id) === undefined)
      ? undefined
      : "has to be a list of users’ ids",
  callStartedTimestamp: (value) =>
    typeof value === "string" && !Number.isNaN(isoTime(value))
      ? undefined
      : "has to be an ISO date-time",
  durationSeconds: (value) =>
    typeof value === "number" && value >= 0 && Number.isSafeInteger(msOf(value))
      ? undefined
      : "has to be a number of seconds",
  userId: isId,
};

/** @param {Record<string, unknown>} body @returns {Problem[]} */
function problemsOf(body) {
  const known = new Map(Object.entries({ ...needed, ...optional }));
  const missing = Object.keys(needed).filter((field) => body[field] === undefined);
  return [
    ...missing.map((field) => ({ field, problem: "is missing" })),
    ...Object.entries(body).flatMap(([field, value]) => {
      const check = known.get(field);
      const problem = check ? check(value) : "is not known";
      return problem && !missing.includes(field) ? [{ field, problem }] : [];
    }),
  ];
}

/** What of the body stands in the call's properties, where `engagementProperties` say nothing else. @param {Record<string, unknown>} body */
function propertiesOf({ fromNumber, toNumber, ...body }) {
  const numberOf = (/** @type {unknown} */ value) =>
    isObject(value) ? textOf(value.e164Number) : "";
  const { callStartedTimestamp, durationSeconds, finalCallStatus, externalCallId } = body;
  const started = callStartedTimestamp ? isoTime(callStartedTimestamp) : Date.now();
  // [guess] MISSED, HOLD and UNKNOWN, which the property is not documented to have, are kept as they are.
  return {
    hs_timestamp: String(started),
    hs_call_direction: "INBOUND",
    hs_call_from_number: numberOf(fromNumber),
    hs_call_to_number: numberOf(toNumber),
    hs_call_external_id: textOf(externalCallId),
    ...(finalCallStatus !== undefined && { hs_call_status: textOf(finalCallStatus) }),
    ...(durationSeconds !== undefined && {
      hs_call_duration: String(msOf(Number(durationSeconds))),
    }),
  };
}

/**
 * @param {import("./engagements.mjs").Engagements} engagements
 * @param {import("./records.mjs").Records} records
 */
export function inboundCallEndpoint(engagements, records) {
  const router = express.Router();
  const paths = [callingPath("v3", "inbound-call"), callingPath(":version", "inbound-call")];
  router.route(paths).post(...withKey("token"), (request, response) => {
    const body = bodyOf(request, response);
    if (!body) return;
    const problems = problemsOf(body);
    const { engagementProperties = {}, externalCallId, createEngagement, fromNumber } = body;
    const own = readProperties(engagementProperties);
    const { hs_call_direction: direction = "INBOUND" } = own.properties;
    const wrong = [
      ...problems,
      ...own.problems.filter(() => problems.every(({ field }) => field !== "engagementProperties")),
      ...(direction === "INBOUND"
        ? []
        : [{ field: "hs_call_direction", problem: "has to be INBOUND, of a call that comes in" }]),
    ];
    if (wrong.length > 0) return refuseFields(response, wrong);
    const callers = isObject(fromNumber) ? records.byNumber(textOf(fromNumber.e164Number)) : [];
    const [caller] = callers;
    if (createEngagement)
      engagements.make({
        externalCallId: textOf(externalCallId),
        // As a call in the page: with the first who has the number, and with that one's company.
        recordIds: caller ? [caller.objectId, ...caller.associated] : [],
        properties: { ...propertiesOf(body), ...own.properties },
      });
    response.json({ callerIdMatches: callers.map(callerIdMatch) });
  });
  return router;
}
