/** Words about moments, which stay true while time goes by or is wound on. */

import { h } from "./dom.js";
import { on } from "./store.js";

const EVERY = 5000;
const words = new WeakMap();

/** An element that always holds what `say` answers. */
export function live(tag, attributes, say) {
  const made = h(tag, { ...attributes, "data-live": true }, say());
  words.set(made, say);
  return made;
}

/** Keep them true. */
export function startMoments() {
  setInterval(refresh, EVERY);
  for (const change of ["clock", "state"]) on(change, refresh);
}

function refresh() {
  for (const node of document.querySelectorAll("[data-live]")) {
    const now = words.get(node)();
    if (node.textContent !== now) node.textContent = now;
  }
}
