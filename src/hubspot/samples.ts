// One sample of each message that HubSpot sends, in the shape that is documented, with what the page knows just now.
import type { Fields } from "../call/messages.ts";
import { account, type CrmRecord, callerIdMatch, coordinatesOf } from "./crm.ts";
import { hubspotCallId } from "./engagements.ts";

/** The local HubSpot's own: a telephone in the app that can be tried so is to ring, with a call from `{fromNumber}`. HubSpot has no such message. */
export const letThemCall = "LET_THEM_CALL";

/** What samples are made of. */
export type Known = {
  /** A contact or a company that has to do with the record being viewed. */
  callee: CrmRecord;
  dial: Fields;
  engagementId: number;
  externalCallId: string;
  /** The app's place and settings, as SYNC has them. */
  sync: Fields;
  hostUrl: string;
};

/** The payload of each message, by its type; undefined where none is documented. */
export function samples(known: Known): Record<string, Fields | undefined> {
  const { callee, dial, engagementId, externalCallId, sync, hostUrl } = known;
  const call = { engagementId, externalCallId };
  const callId = hubspotCallId(externalCallId, "");
  const failed = (message: string) => ({ error: { message } });
  return {
    DIAL_NUMBER: dial,
    END_CALL: undefined,
    CREATE_ENGAGEMENT_SUCCEEDED: { engagementId },
    CREATE_ENGAGEMENT_FAILED: failed("externalCallId is missing"),
    ENGAGEMENT_CREATED: { engagementId },
    UPDATE_ENGAGEMENT_SUCCEEDED: { engagementId },
    UPDATE_ENGAGEMENT_FAILED: failed("the call has no engagement"),
    CALLER_ID_MATCH_SUCCEEDED: { callerIdMatches: [callerIdMatch(callee)], callId },
    CALLER_ID_MATCH_FAILED: failed("fromNumber is missing"),
    NAVIGATE_TO_RECORD_FAILED: { engagementId, objectCoordinates: coordinatesOf(callee) },
    FINALIZE_ENGAGEMENT_SUCCEEDED: call,
    // [guess] That it carries what PUBLISH_TO_CHANNEL_FAILED does.
    FINALIZE_ENGAGEMENT_FAILED: call,
    PUBLISH_TO_CHANNEL_SUCCEEDED: call,
    PUBLISH_TO_CHANNEL_FAILED: call,
    VISIBILITY_CHANGED: { isMinimized: false, isHidden: true },
    // [guess] That it carries what the other failures do.
    SET_WIDGET_URL_FAILED: failed("iFrameUrl is not an https address"),
    SET_CALL_STATE: undefined,
    INITIATE_CALL_ID_SUCCEEDED: { callId },
    INITIATE_CALL_ID_FAILED: failed("toNumber is not a telephone number"),
    SYNC: { hostUrl, ...account, ...sync, engagementId },
  };
}
