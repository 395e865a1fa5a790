// The endpoints by which an app gives HubSpot what was said in a call: that a recording is ready to be transcribed, and transcripts of its own.
import { randomUUID } from "node:crypto";
import express from "express";
import { isUtterance } from "../../hubspot/engagement.mjs";
import { callingPath } from "../../settings/settings.mjs";
import { bodyOf, refuse, refuseFields, withKey } from "./answers.mjs";

/** @typedef {import("express").Response} Response */
/** @typedef {import("../../hubspot/engagements.ts").Utterance} Utterance */

/** An utterance's known fields. The pages are not told of others, which may be anything. @param {Utterance} utterance */
const plain = ({ speaker, text, startTimeMillis, endTimeMillis, languageCode }) => ({
  speaker: {
    id: speaker.id,
    name: speaker.name,
    ...(speaker.email !== undefined && { email: speaker.email }),
  },
  text,
  startTimeMillis,
  endTimeMillis,
  ...(languageCode !== undefined && { languageCode }),
});

/** @param {import("./engagements.mjs").Engagements} engagements */
export function transcriptEndpoints(engagements) {
  const router = express.Router();
  /** @type {Map<string, { engagementId: number, transcriptUtterances: Utterance[] }>} */
  const transcripts = new Map();
  const noCall = (/** @type {Response} */ response) =>
    refuse(response, "absent", { message: "The CRM has no such call." });

  const ready = "recordings/ready";
  router
    .route([callingPath("v3", ready), callingPath(":version", ready)])
    .post(...withKey("token"), (request, response) => {
      const body = bodyOf(request, response);
      if (!body) return;
      const kept = engagements.find(body.engagementId);
      if (!kept) return noCall(response);
      engagements.markReady(kept);
      // [guess] The code: no body is documented.
      response.status(204).end();
    });

  router
    .route(callingPath(":version", "transcripts"))
    .post(...withKey("token"), (request, response) => {
      const body = bodyOf(request, response);
      if (!body) return;
      // [guess] The names of an utterance's fields.
      const { engagementId, transcriptCreateUtterances: said } = body;
      const field = "transcriptCreateUtterances";
      if (!Array.isArray(said) || said.length === 0)
        return refuseFields(response, [{ field, problem: "has to be a list of what was said" }]);
      const wrong = said.flatMap((each, index) =>
        isUtterance(each) && each.startTimeMillis >= 0 && each.endTimeMillis >= each.startTimeMillis
          ? []
          : [
              {
                field: `${field}[${index}]`,
                problem:
                  "has to be {speaker: {id, name, email?}, text, startTimeMillis, endTimeMillis, languageCode?}",
              },
            ],
      );
      if (wrong.length > 0) return refuseFields(response, wrong.slice(0, 20));
      const kept = engagements.find(engagementId);
      if (!kept) return noCall(response);
      const transcriptUtterances = said.map(plain);
      // [guess] Of several transcripts of one call, the last counts.
      engagements.change(kept, { transcript: transcriptUtterances });
      const id = randomUUID();
      transcripts.set(id, { engagementId: kept.engagement.engagementId, transcriptUtterances });
      response.json({ id });
    });

  router
    .route(callingPath(":version", "transcripts/:id"))
    .get(...withKey("token"), (request, response) => {
      const id = String(request.params.id);
      const found = transcripts.get(id);
      // [guess] What the answer has.
      found && engagements.find(found.engagementId)
        ? response.json({ id, ...found })
        : refuse(response, "absent", { message: "There is no such transcript." });
    });
  return router;
}
