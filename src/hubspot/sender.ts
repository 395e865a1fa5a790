// "Send a message": a form for any of HubSpot's messages, filled in with a sample that can be edited.

import { type Fields, toJson } from "../call/messages.ts";
import { element } from "../frame/dom.ts";

const form = {
  fold: element("sender", HTMLDetailsElement),
  form: element("sendform", HTMLFormElement),
  type: element("type", HTMLSelectElement),
  payload: element("payload", HTMLTextAreaElement),
  why: element("why", HTMLElement),
  messages: element("messages", HTMLElement),
};

/**
 * @param samples gives the payload of each message by its type, with what is known at the moment
 * @param send sends a message, and throws an Error for the user when that is not possible
 */
export function makeSender(
  samples: () => Record<string, Fields | undefined>,
  send: (type: string, data: unknown) => void,
): void {
  const refuse = (why: string) => {
    form.why.textContent = why;
    form.payload.ariaInvalid = String(why !== "");
  };
  const fillIn = () => {
    form.payload.value = toJson(samples()[form.type.value]);
    refuse("");
  };
  form.type.replaceChildren(...Object.keys(samples()).map((type) => new Option(type)));
  form.type.onchange = fillIn;
  form.payload.oninput = () => refuse("");
  form.fold.ontoggle = () => {
    if (form.fold.open && form.payload.value === "") fillIn();
    // What was said last stays in sight.
    form.messages.scrollTop = form.messages.scrollHeight;
  };
  form.form.onsubmit = (event) => {
    event.preventDefault();
    try {
      const text = form.payload.value.trim();
      send(form.type.value, text === "" ? undefined : JSON.parse(text));
      refuse("");
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error));
      form.payload.focus();
    }
  };
}
