// Where a simulated day takes place: the addresses, what is viewed in each tab, and the app's settings in each layout.
import type { Layout } from "./schedule.ts";

export const hubspotUrl = "https://hubspot.localhost:9025/";
/** What is viewed in each tab when it is opened: a ticket, its contact, a custom object, a deal. */
export const viewed: Record<string, string> = {
  "Tab 1": "#/record/0-5/4290391019",
  "Tab 2": "#/record/0-1/37621684101",
  "Tab 3": "#/record/2-7411206/7120044301",
  "Tab 4": "#/record/0-3/9330516601",
};
/** A number of the app's that is connected to help desk: the one that rings of the telephone are to. */
export const helpDeskNumber = "+12125550100";
export const widgetUrl = "https://localhost:9025/";
export const strangerUrl = "https://other.hubspot.localhost:9025/";
export const windowPath = "/calling-integration-popup-ui/";

export const settings: Record<Layout, object> = {
  panel: { supportsInboundCalling: false, usesRemote: false, supportsCustomObjects: true },
  tabs: { supportsInboundCalling: true, usesCallingWindow: false, supportsCustomObjects: true },
  window: { supportsInboundCalling: true, usesCallingWindow: true, supportsCustomObjects: true },
};
