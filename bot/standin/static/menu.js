/** A menu that opens at a button: arrow keys, Enter, Esc, or a click elsewhere. */

import { h, onOutside } from "./dom.js";

const GAP = 4;

/**
 * Open a menu at `anchor`. Items are {label, note?, act?, href?} or {heading}.
 * `look` is a class for menus that are laid out otherwise.
 */
export function openMenu(anchor, items, look = "") {
  const entries = items.map((item) => entry(item, () => close(true)));
  const menu = h("div", { class: `menu ${look}`, role: "menu" }, entries);
  const wasOpen = anchor.getAttribute("aria-expanded") === "true";
  if (wasOpen) return;
  (anchor.closest("dialog") ?? document.body).append(menu);
  anchor.setAttribute("aria-expanded", "true");
  const stopListening = onOutside([menu], () => close(false));
  menu.addEventListener("keydown", (event) => onKey(event, menu, close));
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(false);
  });
  place(menu, anchor);
  menu.querySelector("[role=menuitem]")?.focus();

  function close(backToAnchor) {
    stopListening();
    anchor.removeAttribute("aria-expanded");
    menu.remove();
    if (backToAnchor) anchor.focus();
  }
}

function entry(item, close) {
  if (item.heading) return h("p", { class: "menu-heading" }, item.heading);
  const act = () => {
    close();
    item.act?.();
  };
  const inside = [h("span", {}, item.label), item.note && h("small", {}, item.note)];
  const role = { role: "menuitem", tabindex: -1, "aria-label": item.name, onclick: act };
  if (!item.href) return h("button", { type: "button", ...role }, inside);
  return h("a", { ...role, href: item.href, target: "_blank", rel: "noopener noreferrer" }, inside);
}

function onKey(event, menu, close) {
  const entries = [...menu.querySelectorAll("[role=menuitem]")];
  const at = entries.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in steps) entries.at((at + steps[event.key]) % entries.length)?.focus();
  else if (event.key === "Home") entries[0]?.focus();
  else if (event.key === "End") entries.at(-1)?.focus();
  else if (event.key === "Escape") close(true);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Under the anchor, or above it where there is no room; never outside of the window. */
function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + GAP + height <= innerHeight;
  const top = below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height);
  const left = Math.max(GAP, Math.min(at.left, innerWidth - width - GAP));
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}
