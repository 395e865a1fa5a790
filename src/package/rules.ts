// What the package gives as "…/rules": HubSpot's rules for calling apps, without a browser and without dependencies.
export { type Finding, judge, type Level, merge, type Rule, rules } from "../rules/rules.ts";
export type { Message, Session } from "../rules/session.ts";
