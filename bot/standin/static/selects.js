/** Selects of one choice: the browser's own, which keyboards and phones know. */

import { hold } from "./dispatch.js";
import { h } from "./dom.js";
import { choiceField, initially, offered, valueOf } from "./options.js";

/** A static, users, channels or conversations select. */
export function select(element, block, surface, id) {
  const groups = offered(element);
  const field = choiceField(element);
  const initial = initially(element, block, surface);
  const placeholder = element.placeholder?.text ?? "Choose…";
  const control = h(
    "select",
    { class: "field select", id, "aria-label": id ? null : placeholder, onchange: change },
    h("option", { value: "", disabled: !block.optional }, placeholder),
    groups.map(drawGroup),
  );
  control.value = valueOf(initial) ?? "";
  surface.put(block, element, { [field]: initial });
  return control;

  function change() {
    const every = groups.flatMap((group) => group.offers);
    const chosen = every.find((offer) => offer.value === control.value)?.choice ?? null;
    hold(surface, block, element, { [field]: chosen }, control);
  }
}

function drawGroup({ label, offers }) {
  const drawn = offers.map((offer) => h("option", { value: offer.value }, offer.label));
  return label ? h("optgroup", { label }, drawn) : drawn;
}
