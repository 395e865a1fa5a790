// In the place of the local HubSpot's server, as its pages see it: it knows of no other apps, and tells what the app's own server writes by the API.
import type * as Server from "../../src/hubspot/server.ts";

declare const simulated: { listen: (hear: (news: Server.News) => void) => void };

const problem = "There is no server.";

export const appsAtLoad: typeof Server.appsAtLoad = [];
export const isServed: typeof Server.isServed = false;
export const onServer: typeof Server.onServer = (hear) => simulated.listen(hear);
export const tellServer: typeof Server.tellServer = () => {};
export const tellRecords: typeof Server.tellRecords = () => {};
export const forgetOnServer: typeof Server.forgetOnServer = () => {};
export const findRecording: typeof Server.findRecording = async () => ({ problem });
export const channelNumbers: typeof Server.channelNumbers = async () => ({ problem });

type Missing = Exclude<keyof typeof Server, keyof typeof import("./hubspot-server.ts")>;
/** What the server has, and the code in its place here lacks: nothing, or this is a type error. */
export const missing: Record<Missing, never> = {};
