// The frame: its size and its address.
import { type Fields, isFields } from "../call/messages.ts";
import type { Said } from "./digest.ts";
import { each, type Rule } from "./rule.ts";
import { isLoadable, isNumber, shown } from "./values.ts";

/** px. [guess] No window of HubSpot's on a small laptop shows more. */
const largest = { width: 1366, height: 768 };

const sizeWrong = (width: unknown, height: unknown) =>
  [width, height].every((side) => isNumber(side) && side >= 1)
    ? ""
    : `width is ${shown(width)} and height ${shown(height)}: both are numbers of pixels.`;

/** The size that a message asks for, where it asks for one. */
const sizeOf = ({ message, data }: Said): Fields | undefined =>
  message.type === "RESIZE_WIDGET" ? data : isFields(data.sizeInfo) ? data.sizeInfo : undefined;

const sizes = ["INITIALIZED", "RESIZE_WIDGET"];

export const sizeRules = [
  {
    id: "size",
    title: "Sizes are numbers of pixels",
    level: "should",
    why: "The app is shown at a size it is not made for.",
    source: "SDK type OnResize; documentation, sizeInfo",
    mend: 'extensions.resizeWidget({ width: 400, height: 600 }); // not "400px"',
    judge: each(sizes, (said) => {
      const size = sizeOf(said);
      return size ? sizeWrong(size.width, size.height) : null;
    }),
  },
  {
    id: "size-fits",
    title: `The app asks for no more than ${largest.width} × ${largest.height} pixels`,
    level: "should",
    why: "On a small laptop part of the app cannot be seen or clicked. HubSpot recommends about 400 × 600.",
    source: "Documentation, recommended size. The limit is a guess",
    mend: "extensions.initialized({ isLoggedIn: true, sizeInfo: { width: 400, height: 600 } });",
    judge: each(sizes, (said) => {
      const { width, height } = sizeOf(said) ?? {};
      if (!isNumber(width) || !isNumber(height)) return null;
      return width > largest.width || height > largest.height
        ? `It asks for ${width} × ${height}.`
        : "";
    }),
  },
  {
    id: "widget-url",
    title: "SET_WIDGET_URL has a whole https address",
    level: "must",
    why: "HubSpot does not load it (SET_WIDGET_URL_FAILED).",
    source: "SDK type OnSetWidgetUrl; browsers let https pages frame only https",
    mend: `extensions.setWidgetUrl({ iFrameUrl: new URL("call.html", location.href).href });`,
    judge: each(["SET_WIDGET_URL"], ({ data }) =>
      isLoadable(data.iFrameUrl) ? "" : `iFrameUrl is ${shown(data.iFrameUrl)}.`,
    ),
  },
] as const satisfies readonly Rule[];
