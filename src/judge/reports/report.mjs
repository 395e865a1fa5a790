// What every report tells: of which app, what was found, what could not be reached, and what it comes to.
import { placeNames } from "../places.mjs";

/** @import { Finding } from "../../rules/rules.ts" */
/** @import { Session } from "../../rules/session.ts" */
/** @import { Subject } from "../../rules/report.ts" */
/** @import { Verdict } from "../verdict.mjs" */

/**
 * @typedef {object} Report
 * @property {Subject} app
 * @property {readonly Session[]} sessions
 * @property {readonly Finding[]} findings
 * @property {string} summary how many rules are broken, kept and untried
 * @property {Verdict} verdict
 * @property {string | undefined} [stopped] what the app did that ended the walk early
 */

/**
 * The steps of the walk that were not walked to their end, and why.
 * @param {readonly Session[]} sessions
 * @returns {{ step: string, words: string }[]}
 */
export const troubles = (sessions) =>
  sessions.flatMap(({ steps = [] }) =>
    steps.flatMap(({ name, frame, trouble }) =>
      trouble ? [{ step: `${name}, in ${placeNames[frame]}`, words: trouble }] : [],
    ),
  );

/** What was wrong, and where. @param {Finding} finding */
export function seenIn({ words = "", broken, steps = [] }) {
  const more = broken > 1 ? ` And ${broken - 1} more.` : "";
  const where = steps.length > 0 ? ` (${steps.join(", ")})` : "";
  return `${words}${more}${where}`;
}
