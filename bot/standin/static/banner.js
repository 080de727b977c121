/** A line at the top where something is cut. */

import { h } from "./dom.js";
import { on, state } from "./store.js";

const current = new Set();

/** A banner that shows itself when the workspace or the app is away. */
export function banner() {
  const made = h("p", { class: "banner", role: "status" });
  current.clear();
  current.add(made);
  draw(made);
  return made;
}

/** Keep the banner true. */
export function startBanner() {
  for (const change of ["streaming", "bot", "state"]) on(change, () => current.forEach(draw));
}

function draw(made) {
  const app = state.apps[0]?.name ?? "The app";
  const words = !state.streaming
    ? "The workspace does not answer. Is it still running? Trying again…"
    : !state.botConnected && `${app} is not connected. Buttons and commands will not be answered.`;
  made.hidden = !words;
  made.textContent = words || "";
}
