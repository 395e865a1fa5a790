// In the place of the widget's view: draws nothing, keeps what would be shown, and lets the simulated user click and edit.
import { next } from "../../src/call/call.ts";
import { type Button, buttons, expected, press } from "../../src/call/events.ts";
import { fields, type State } from "../../src/call/state.ts";
import type { SeenWidget } from "./seen.ts";

declare const simulated: { widget?: SeenWidget };

let toClick: (button: Button) => void = () => {};
let toEdit: SeenWidget["edit"] = () => {};

export function listen(click: typeof toClick, edit: typeof toEdit): void {
  toClick = click;
  toEdit = edit;
}

export function render(state: State, at: number, isKept: boolean): void {
  const seen = simulated.widget;
  const values = { ...(seen?.values ?? state.form) };
  for (const field of fields) values[field] = state.form[field];
  simulated.widget = {
    state,
    isKept,
    values,
    expected: () => expected(state),
    canClick: (button) => {
      const { ignored, state: after } = next(state, { ...press(state, button, ""), at });
      // A click that is refused says why.
      const isEnabled = ignored === undefined || after.notice !== state.notice;
      return state.host.status === "ready" && buttons.includes(button) && isEnabled;
    },
    click: (button) => toClick(button),
    edit: (field, value) => {
      values[field] = value;
      toEdit(field, value);
    },
  };
}

({ listen, render }) satisfies typeof import("../../src/view.ts");
