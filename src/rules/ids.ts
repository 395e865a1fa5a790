// Which call is meant, and that each is one.
import {
  asksEngagement,
  before,
  isFromApp,
  isFromHubSpot,
  later,
  publishing,
  type Said,
  speaksFor,
  starts,
} from "./digest.ts";
import { each, occasion, type Rule } from "./rule.ts";
import { isGiven, isSaid, isText, plain, shown } from "./values.ts";

/** Whether HubSpot has asked for a call since the app last started the one that this is about. */
const isAskedAgain = ({ call, page, index }: Said) => {
  const last = call && before(call, index).findLast((other) => isFromApp(other, ...starts));
  return page.said.some(
    (other) =>
      isFromHubSpot(other, "DIAL_NUMBER") &&
      other.index > (last?.index ?? index) &&
      other.index < index,
  );
};

export const idRules = [
  {
    id: "call-id",
    title: "Every message about a call carries its externalCallId, as text",
    level: "should",
    why: "HubSpot cannot tell which call is meant: a second call, a transfer or a reload mixes them up.",
    source:
      "SDK types OnOutgoingCall, OnIncomingCall, OnCallAnswered, OnCallEnded, OnCallCompleted",
    mend: `const externalCallId = crypto.randomUUID(); // or the telephone's own id
extensions.outgoingCall({ externalCallId, fromNumber, toNumber, createEngagement: true });
extensions.callAnswered({ externalCallId });`,
    judge: each([...starts, ...later, ...publishing], ({ data: { externalCallId } }) =>
      isText(externalCallId) ? "" : `externalCallId is ${shown(externalCallId)}.`,
    ),
  },
  {
    id: "call-known",
    title: "A call keeps its externalCallId from start to end",
    level: "should",
    why: "HubSpot treats it as another call, and the first one never ends.",
    source: "Documentation, externalCallId",
    mend: `// Make the id once, and keep it with the call.
call = { externalCallId: crypto.randomUUID() };
extensions.outgoingCall({ ...call, fromNumber, toNumber, createEngagement: true });
extensions.callEnded({ ...call, callEndStatus: "COMPLETED" });`,
    judge: each(later, ({ call, isMisnamed, data, page, index }, { calls }) => {
      const id = shown(data.externalCallId);
      if (call)
        return isMisnamed ? `The call began as ${shown(call.id)}, and this says ${id}.` : "";
      // Such a frame may go on with a call of another tab's, or of before.
      const hasCalled = calls.some(
        (other) => other.start.page === page && other.start.index < index,
      );
      const isFromElsewhere =
        page.frame !== "widget" || !page.sync || isGiven(page.sync.data.engagementId);
      return isFromElsewhere && !hasCalled ? null : `No call ${id} was started.`;
    }),
  },
  {
    id: "one-start",
    title: "A call is started once",
    level: "must",
    why: "HubSpot logs the call twice.",
    source: "SDK issues 46 and 87",
    mend: `if (!call) {
  call = { externalCallId: crypto.randomUUID() };
  extensions.outgoingCall({ ...call, fromNumber, toNumber, createEngagement: true });
}`,
    judge: each(starts, (said, session) => {
      const { call, index, data, page } = said;
      if (!call) return null;
      const isRepeated = before(call, index).some(
        (other) =>
          isFromApp(other, ...starts) &&
          asksEngagement(other.data) &&
          speaksFor(session, other.page, page),
      );
      // That HubSpot asked twice is another rule's affair.
      if (isRepeated && isAskedAgain(said)) return null;
      // Who tells of a call again may, as long as no second engagement is wanted.
      return isRepeated && asksEngagement(data)
        ? `The call ${shown(call.id)} had been started before.`
        : "";
    }),
  },
  {
    id: "call-id-unique",
    title: "Each call has an externalCallId of its own",
    level: "must",
    why: "HubSpot mistakes the second call for the first: it is not logged, or overwrites the first.",
    source: "Documentation, externalCallId: unique",
    mend: "const externalCallId = crypto.randomUUID(); // for each call, not for each number or user",
    judge: (session) =>
      session.calls.flatMap(({ id, start }) => {
        const earlier = session.calls.filter(
          (other) =>
            other.start.index < start.index && speaksFor(session, other.start.page, start.page),
        );
        if (id === "" || earlier.length === 0) return [];
        const isUsed = earlier.some((other) => other.id === id);
        return occasion(
          start.message,
          isUsed ? `An earlier call was called ${shown(id)}, too.` : "",
        );
      }),
  },
  {
    id: "engagement-id",
    title: "engagementId is the one that HubSpot gave the call",
    level: "must",
    why: "Notes and outcome are written on another call, or lost.",
    source: "Documentation, onCreateEngagementSucceeded",
    mend: `const eventHandlers = {
  onCreateEngagementSucceeded: ({ engagementId }) => { call.engagementId = engagementId; },
};
extensions.callCompleted({ externalCallId: call.externalCallId, engagementId: call.engagementId });`,
    judge: each(
      [...later, ...publishing, "NAVIGATE_TO_RECORD"],
      ({ data, call, page }, { pages }) => {
        const { engagementId: id } = data;
        if (!call?.asksEngagement || !isGiven(id)) return null;
        const synced = pages
          .filter(({ frame }) => frame === page.frame)
          .map(({ sync }) => plain(sync?.data.engagementId));
        return [...call.given, ...synced].includes(plain(id))
          ? ""
          : `engagementId is ${shown(id)}, which HubSpot did not give for this call.`;
      },
    ),
  },
  {
    id: "engagement-id-empty",
    title: "An engagementId that is sent is valid",
    level: "should",
    why: "HubSpot cannot find the engagement: notes and outcome may be lost.",
    source: "SDK types OnCallEnded and OnCallCompleted: a number",
    mend: `// Before HubSpot has given one, leave it out.
extensions.callEnded({ externalCallId, ...(engagementId && { engagementId }), callEndStatus: "NO_ANSWER" });`,
    judge: each(
      [...later, ...publishing, "NAVIGATE_TO_RECORD"],
      ({ data: { engagementId: id } }) =>
        isSaid(id) ? (/^[1-9]\d*$/.test(plain(id)) ? "" : `engagementId is ${shown(id)}.`) : null,
    ),
  },
] as const satisfies readonly Rule[];
