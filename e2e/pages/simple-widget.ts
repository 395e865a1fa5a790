// A whole calling app on one page, without the SDK, that can be told to err: the bad widgets are made of it.
import type { Fields } from "../../src/call/messages.ts";

export type Said = [type: string, fields?: Fields];
/** How it errs. */
export type Widget = {
  /** Other fields of its messages, by their types; null leaves one out. */
  fields?: Record<string, Fields>;
  /** What it says instead of a message: nothing, another, two. */
  instead?: Record<string, Said[]>;
  /** What it says besides on hearing HubSpot's message in a call, the first time. */
  hears?: Record<string, Said[]>;
  /** What it says as soon as it is loaded. */
  early?: Said[];
  /** HubSpot's message at which its page throws. */
  throws?: string;
  /** It does not come back to a call. */
  forgets?: boolean;
  /** How it answers SYNC. */
  answers?: "not" | "without messageId";
};
/** Calls by itself whatever number HubSpot asks for, and completes the call when HubSpot hangs up. */
export const simpleWidget = (
  widget: Widget,
) => `<!doctype html><html lang="en"><title>A widget</title><script>
  const { fields = {}, instead = {}, hears = {}, early = [], throws, forgets, answers } = ${JSON.stringify(widget)};
  let call, last, number = 0;
  const post = (type, data) => parent.postMessage({ type, messageId: "app_" + number++, data }, "*");
  const say = (type, data) => {
    for (const [other, change] of instead[type] ?? [[type]]) {
      const base = other === type ? data : call && ids();
      const said = { ...base, ...fields[other], ...change };
      if (data?.engagementProperties)
        said.engagementProperties = { ...data.engagementProperties, ...fields[other]?.engagementProperties };
      for (const name in said) if (said[name] === null) delete said[name];
      post(other, said);
    }
  };
  const ids = () => {
    const { externalCallId, engagementId } = call ?? last;
    return { externalCallId, engagementId };
  };
  const finish = () => {
    say("CALL_ENDED", { ...ids(), callEndStatus: "COMPLETED" });
    say("CALL_COMPLETED", { ...ids(), hideWidget: false, engagementProperties: {
      hs_timestamp: call.at, hs_call_title: "A call", hs_call_duration: "1000", hs_call_status: "COMPLETED",
      hs_call_direction: "OUTBOUND", hs_call_disposition: "f240bbac-87c9-4f6e-bf70-924b57d47db7" } });
    last = call;
    call = undefined;
  };
  let isSynced = false;
  onmessage = ({ data: message }) => {
    if (!message?.messageId) return;
    const { type, data } = message;
    if (throws === type) setTimeout(() => { throw new Error("cannot read " + type); });
    if ((call || last) && hears[type]?.length) {
      for (const [other, change] of hears[type].splice(0))
        other === "finish" ? finish() : say(other, { ...ids(), ...change });
      return;
    }
    if (type === "SYNC" && !isSynced && answers !== "not") {
      isSynced = true;
      if (message.engagementId && !forgets) call = JSON.parse(sessionStorage.call ?? "null") ?? undefined;
      if (answers) post("SYNC_ACK", {});
      else parent.postMessage({ ...message, type: "SYNC_ACK" }, "*");
      say("INITIALIZED", { isLoggedIn: true, engagementId: call?.engagementId, sizeInfo: { width: 400, height: 300 } });
    }
    if (type === "DIAL_NUMBER" && !call) {
      call = { externalCallId: crypto.randomUUID(), at: Date.now() };
      say("OUTGOING_CALL_STARTED", { externalCallId: call.externalCallId, fromNumber: "+1 212 555 0100",
        toNumber: data.phoneNumber, callStartTime: call.at, createEngagement: true, dialingContext: data });
    }
    if (/^CREATE_ENGAGEMENT_(SUCCEEDED|FAILED)$/.test(type) && call && !call.isAnswered) {
      call = { ...call, isAnswered: true, engagementId: data.engagementId };
      sessionStorage.call = JSON.stringify(call);
      say("CALL_ANSWERED", { externalCallId: call.externalCallId });
    }
    if (type === "END_CALL" && call) finish();
  };
  for (const [type, change] of early) say(type, change);
</script>`;
