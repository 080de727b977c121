/** A list of suggestions under (or over) a text field that keeps the focus. */

import { fill, freshId, h } from "./dom.js";

/** `field` is the text field, `onPick` gets the chosen item. */
export class Listbox {
  constructor(field, onPick, label = "Suggestions") {
    this.field = field;
    this.onPick = onPick;
    this.items = [];
    this.at = -1;
    this.root = h("div", {
      class: "listbox",
      role: "listbox",
      id: freshId("list"),
      "aria-label": label,
    });
    this.root.hidden = true;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.root.id);
    field.setAttribute("aria-expanded", "false");
  }

  get isOpen() {
    return !this.root.hidden;
  }

  /**
   * Show items: {label, note?, hint?, offered?, …}. The first is the one that Enter takes, but of
   * what is only offered none is, until one is gone to.
   */
  open(items) {
    this.items = items;
    if (!items.length) return this.close();
    fill(
      this.root,
      items.map((item, i) => this.#drawn(item, i)),
    );
    this.root.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    return this.#point(items[0].offered ? -1 : 0);
  }

  close() {
    this.root.hidden = true;
    this.at = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Move, take or close by keyboard; true where the key was meant for the list. */
  onKey(event) {
    if (!this.isOpen || event.isComposing) return false;
    if (event.key === "ArrowDown") this.#point((this.at + 1) % this.items.length);
    else if (event.key === "ArrowUp") this.#point((this.at > 0 ? this.at : this.items.length) - 1);
    else if (event.key === "Enter" && this.at < 0) return this.close();
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") this.#take(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #drawn(item, i) {
    return h(
      "div",
      {
        role: "option",
        id: `${this.root.id}-${i}`,
        // the field must not lose the focus to a click
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.#take(i),
      },
      h("span", { class: "option-label" }, item.label),
      item.hint && h("span", { class: "option-hint" }, item.hint),
      item.note && h("small", {}, item.note),
    );
  }

  #point(at) {
    this.at = at;
    [...this.root.children].forEach((option, i) => option.setAttribute("aria-selected", i === at));
    if (at < 0) return this.field.removeAttribute("aria-activedescendant");
    this.root.children[at].scrollIntoView({ block: "nearest" });
    return this.field.setAttribute("aria-activedescendant", `${this.root.id}-${at}`);
  }

  #take(at) {
    const item = this.items[at];
    this.close();
    if (item) this.onPick(item);
  }
}
