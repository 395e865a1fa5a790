// In the place of the phone's view: draws nothing, keeps what would be shown, and lets the simulated user click and edit.
import { next } from "../../src/call/call.ts";
import { type Button, buttons, press } from "../../src/call/events.ts";
import { undialable } from "../../src/call/number.ts";
import { fields } from "../../src/call/state.ts";
import { primaryOf, screenOf } from "../../src/phone/screen.ts";
import type { Ears, Shown } from "../../src/phone/view.ts";
import type { SeenWidget } from "./seen.ts";

declare const simulated: { widget?: SeenWidget };

let ears: Ears | undefined;

export function listen(to: Ears): void {
  ears = to;
}

export function render(shown: Shown): void {
  const { state, telephone, at, isKept } = shown;
  const { call, form } = state;
  const values = { ...(simulated.widget?.values ?? form) };
  for (const field of fields) values[field] = form[field];
  const screen = screenOf(state, telephone);
  const leg = call.status !== "idle" && telephone.leg?.id === call.externalCallId && telephone.leg;
  simulated.widget = {
    state,
    isKept,
    values,
    expected: () => {
      const id = primaryOf(telephone, state);
      if (id === "outgoingcall" && undialable(form.toNumber)) return "toNumber";
      return buttons.find((button) => button === id) ?? "endcall";
    },
    canClick: (button) => {
      if (state.host.status !== "ready") return false;
      if (button === "login") return screen === "log in" && telephone.line !== "registering";
      if (button === "answercall") return leg !== false && leg.stage === "incoming";
      if (button === "transfercall") return leg !== false && leg.stage === "talking";
      if (button === "incomingcall") return telephone.line === "on";
      const { ignored, state: after } = next(state, { ...press(state, button, ""), at });
      // A click that is refused says why.
      return ignored === undefined || after.notice !== state.notice;
    },
    click: (button: Button) => {
      if (button === "login") ears?.logIn(undefined, false);
      else if (button === "answercall") leg && ears?.wish({ type: "answer", id: leg.id });
      else if (button === "transfercall")
        leg && ears?.wish({ type: "transfer", id: leg.id, toNumber: "201" });
      else if (button === "incomingcall")
        ears?.wish({ type: "ring me", id: crypto.randomUUID(), fromNumber: "+1 212 555 0143" });
      else ears?.click(button);
    },
    edit: (field, value) => {
      values[field] = value;
      ears?.edit(field, value);
    },
  };
}

({ listen, render }) satisfies typeof import("../../src/phone/view.ts");
