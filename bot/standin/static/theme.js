/** Light or dark: as the system says, until the reader says otherwise. */

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => (localStorage.getItem(KEY) ?? (system.matches ? "dark" : "light")) === "dark";

/** Take the theme that was chosen earlier. */
export function applyTheme() {
  const chosen = localStorage.getItem(KEY);
  if (chosen) document.documentElement.dataset.theme = chosen;
}

/** The switch. */
export function themeSwitch() {
  const button = h("button", { type: "button", class: "quiet", onclick: turn });
  const show = () => {
    fill(button, icon(isDark() ? "sun" : "moon"));
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  system.addEventListener("change", show);
  show();
  return button;

  function turn() {
    localStorage.setItem(KEY, isDark() ? "light" : "dark");
    applyTheme();
    show();
  }
}
