/** The sidebar as a drawer, where the window is too narrow to hold it open. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./store.js";
import { isUnread } from "./unread.js";

const workspace = () => document.getElementById("workspace");

/** Pull the drawer out, or push it in. */
export function openDrawer(open) {
  workspace().toggleAttribute("data-drawer", open);
  if (open) document.querySelector("#sidebar a[aria-current]")?.focus();
}

/** The button for it; it only shows where it is of use. */
export function drawerButton() {
  const turn = () => openDrawer(!workspace().hasAttribute("data-drawer"));
  const news = [...state.channels.values()].some(
    (channel) => channel.id !== state.place?.id && isUnread(state.user, channel),
  );
  const attributes = {
    type: "button",
    class: "quiet drawer-button",
    "aria-label": `Channels and people${news ? " (something is unread)" : ""}`,
  };
  return h(
    "button",
    { ...attributes, onclick: turn },
    icon("menu"),
    news && h("span", { class: "dot" }),
  );
}

/** Close the drawer with Esc, or by a touch beside it. */
export function startDrawer() {
  workspace().addEventListener("keydown", (event) => event.key === "Escape" && openDrawer(false));
  document.addEventListener("click", closeFromOutside, true);
}

function closeFromOutside(event) {
  if (!workspace().hasAttribute("data-drawer") || event.target.closest("#sidebar")) return;
  event.preventDefault();
  event.stopPropagation();
  openDrawer(false);
}
