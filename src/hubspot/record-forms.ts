// The forms that change the CRM: one adds a contact, the other changes the numbers of the record being viewed.
import { element, make } from "../frame/dom.ts";
import { type CrmRecord, isSomebody } from "./crm.ts";

const page = {
  add: element("add-contact", HTMLDetailsElement),
  addForm: element("contactform", HTMLFormElement),
  name: element("contact-name", HTMLInputElement),
  number: element("contact-number", HTMLInputElement),
  addWhy: element("contact-why"),
  change: element("change-numbers", HTMLDetailsElement),
  changeForm: element("numbersform", HTMLFormElement),
  fields: element("number-fields"),
  changeWhy: element("numbers-why"),
};

/** HubSpot's own properties for numbers, which every contact and company has, if empty. */
const standard = [
  { label: "Office", property: "phone", number: "" },
  { label: "Mobile", property: "mobilephone", number: "" },
];

/** Draws a field for each number of the record. Other kinds of records have only the numbers that they came with. */
export function renderNumberForm(record: CrmRecord): void {
  const { phones } = record;
  const more = standard.filter(
    ({ property }) => isSomebody(record) && !phones.some((phone) => phone.property === property),
  );
  page.change.hidden = phones.length + more.length === 0;
  page.changeWhy.textContent = "";
  page.fields.replaceChildren(
    ...[...phones, ...more].map(({ label, property, number }) => {
      const input = make("input");
      input.type = "tel";
      input.name = property;
      input.defaultValue = number;
      input.autocomplete = "off";
      return make("label", `${label} (`, make("code", property), ")", input);
    }),
  );
}

/**
 * @param add adds a contact; throws an Error for the user when the number cannot be dialled
 * @param change gives the record being viewed another number; throws likewise
 */
export function makeRecordForms(
  add: (number: string, name: string) => void,
  change: (property: string, number: string) => void,
): void {
  page.addForm.onsubmit = (event) => {
    event.preventDefault();
    const name = page.name.value.trim() || page.number.value.trim();
    if (!tell(page.addWhy, [page.number], () => add(page.number.value, name))) return;
    page.addForm.reset();
    page.add.open = false;
  };
  page.changeForm.onsubmit = (event) => {
    event.preventDefault();
    const changed = [...page.fields.querySelectorAll("input")].filter(
      ({ value, defaultValue }) => value !== defaultValue,
    );
    for (const input of changed) {
      if (!tell(page.changeWhy, changed, () => change(input.name, input.value), input)) return;
    }
    page.change.open = false;
  };
}

/** Tries it, and says in the form what is wrong. @returns whether nothing is */
function tell(
  why: HTMLElement,
  inputs: readonly HTMLInputElement[],
  tried: () => void,
  at = inputs[0],
): boolean {
  for (const input of inputs) input.ariaInvalid = null;
  why.textContent = "";
  try {
    tried();
    return true;
  } catch (error) {
    why.textContent = error instanceof Error ? error.message : String(error);
    if (at) at.ariaInvalid = "true";
    at?.focus();
    return false;
  }
}
