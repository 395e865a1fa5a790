// What the package gives as "…/playwright": Playwright's test and expect with the local HubSpot in them.
export * from "../judge/playwright/index.ts";
