/** Radio buttons and checkboxes. */

import { hold } from "./dispatch.js";
import { freshId, h } from "./dom.js";
import { initially } from "./options.js";
import { text } from "./textobject.js";

/** One of a few. */
export function radios(element, block, surface) {
  const initial = initially(element, block, surface);
  surface.put(block, element, { selected_option: initial });
  const name = freshId("radio");
  const choose = (option) => (event) =>
    hold(surface, block, element, { selected_option: option }, event.currentTarget);
  return h(
    "div",
    { class: "choices", role: "radiogroup" },
    element.options.map((option) =>
      choice(option, {
        type: "radio",
        name,
        checked: initial?.value === option.value,
        onchange: choose(option),
      }),
    ),
  );
}

/** Any of a few. */
export function checkboxes(element, block, surface) {
  const chosen = new Set(initially(element, block, surface).map((option) => option.value));
  const selected = () => element.options.filter((option) => chosen.has(option.value));
  surface.put(block, element, { selected_options: selected() });
  const toggle = (option) => (event) => {
    if (event.currentTarget.checked) chosen.add(option.value);
    else chosen.delete(option.value);
    hold(surface, block, element, { selected_options: selected() }, event.currentTarget);
  };
  return h(
    "div",
    { class: "choices", role: "group" },
    element.options.map((option) =>
      choice(option, {
        type: "checkbox",
        checked: chosen.has(option.value),
        onchange: toggle(option),
      }),
    ),
  );
}

function choice(option, attributes) {
  const note = option.description && h("small", {}, text(option.description));
  return h(
    "label",
    { class: "choice" },
    h("input", attributes),
    h("span", {}, text(option.text), note),
  );
}
