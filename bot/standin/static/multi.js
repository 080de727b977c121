/** Selects of several choices: a fold with a box for each. */

import { hold } from "./dispatch.js";
import { fill, h, onOutside } from "./dom.js";
import { choiceField, initially, offered, valueOf } from "./options.js";

/** A multi_… select whose options are known. */
export function multiSelect(element, block, surface, id) {
  const field = choiceField(element);
  const groups = offered(element);
  const chosen = new Map(initially(element, block, surface).map((each) => [valueOf(each), each]));
  let stopListening = () => {};
  const shown = h("summary", { class: "field select", id });
  const offers = h("div", { class: "multi-offers", role: "group" }, groups.map(drawGroup));
  const attributes = { class: "multi", onkeydown: onEscape, ontoggle: onToggle };
  const fold = h("details", attributes, shown, offers);
  surface.put(block, element, { [field]: [...chosen.values()] });
  show();
  return fold;

  function show() {
    const every = groups.flatMap((group) => group.offers);
    const labels = every.filter((offer) => chosen.has(offer.value)).map((offer) => offer.label);
    const placeholder = h("span", { class: "multi-none" }, element.placeholder?.text ?? "Choose…");
    const chips = labels.map((label) => h("span", { class: "chip" }, label));
    fill(shown, chips.length ? chips : placeholder);
  }

  function drawGroup({ label, offers }) {
    return [label && h("p", { class: "menu-heading" }, label), offers.map(drawOffer)];
  }

  function drawOffer(offer) {
    const box = h("input", {
      type: "checkbox",
      checked: chosen.has(offer.value),
      onchange: () => toggle(offer, box),
    });
    return h("label", { class: "choice" }, box, h("span", {}, offer.label));
  }

  function toggle(offer, box) {
    const full = chosen.size >= (element.max_selected_items ?? Infinity);
    if (box.checked && full) box.checked = false;
    else if (box.checked) chosen.set(offer.value, offer.choice);
    else chosen.delete(offer.value);
    show();
    hold(surface, block, element, { [field]: [...chosen.values()] }, shown);
  }

  function onToggle() {
    stopListening();
    if (!fold.open) return;
    offers.scrollIntoView({ block: "nearest" });
    stopListening = onOutside([fold], () => (fold.open = false));
  }

  function onEscape(event) {
    if (event.key !== "Escape" || !fold.open) return;
    event.preventDefault();
    event.stopPropagation();
    fold.open = false;
    shown.focus();
  }
}
