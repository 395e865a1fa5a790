// What the package gives as "…/recorder": for the page of an app, to record a session in; a browser module without dependencies.

export { type Exported, type Recorder, record, type Sdk } from "../rules/recorder.ts";
export type { SessionFile } from "../rules/report.ts";
export type { Session } from "../rules/session.ts";
