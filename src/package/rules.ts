// What the package gives as "…/rules": HubSpot's rules for calling apps, without a browser and without dependencies.
export * from "../rules/index.ts";
