/** Buttons and overflow menus. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { safeUrl } from "./links.js";
import { openMenu } from "./menu.js";
import { text } from "./textobject.js";

/** A button; one with an address is a link that tells the app too. */
export function button(element, block, surface) {
  const look = `button ${element.style ? `button-${element.style}` : ""}`;
  const label = { class: look, "aria-label": element.accessibility_label };
  const act = (event) => press(event.currentTarget, element, block, surface);
  if (element.url === undefined) {
    return h("button", { type: "button", ...label, onclick: act }, text(element.text));
  }
  const href = safeUrl(element.url);
  if (!href) {
    const title = "This address is not one that can be opened.";
    return h("button", { type: "button", ...label, disabled: true, title }, text(element.text));
  }
  const away = { href, target: "_blank", rel: "noopener noreferrer" };
  return h("a", { ...label, ...away, onclick: act }, text(element.text));
}

function press(control, element, block, surface) {
  if (control.getAttribute("aria-busy")) return;
  const payload = { text: element.text };
  if (element.value !== undefined) payload.value = element.value;
  surface.act(block, element, payload, control);
}

/** The "⋯" of a block: its options act, those with an address open it. */
export function overflow(element, block, surface) {
  const open = (event) => {
    const control = event.currentTarget;
    openMenu(
      control,
      element.options.map((option) => ({
        label: text(option.text),
        note: option.description && text(option.description),
        href: option.url && safeUrl(option.url),
        act: () => surface.act(block, element, { selected_option: option }, control),
      })),
    );
  };
  const label = { "aria-label": "More actions", "aria-haspopup": "menu" };
  return h(
    "button",
    { type: "button", class: "button button-icon", ...label, onclick: open },
    icon("more"),
  );
}
