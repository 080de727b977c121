/** A quiet word beside what did not work. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN_FOR = 12_000;

/** Say `words` under the block that `control` stands in; it goes by itself, or when closed. */
export function complain(control, words) {
  const place = control.closest(".block, .composer, .message") ?? control;
  if (place.nextElementSibling?.classList.contains("complaint")) place.nextElementSibling.remove();
  const close = h(
    "button",
    { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => note.remove() },
    icon("close"),
  );
  const note = h("p", { class: "complaint", role: "alert" }, h("span", {}, words), close);
  place.after(note);
  setTimeout(() => note.remove(), SHOWN_FOR);
}
