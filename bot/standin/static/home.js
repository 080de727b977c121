/** An app's Home in the middle. */

import { banner } from "./banner.js";
import { drawBlocks } from "./blocks.js";
import { fill, h } from "./dom.js";
import { drawerButton } from "./drawer.js";
import { heldFocus } from "./focus.js";
import { emptyState } from "./messagelist.js";
import { avatar } from "./people.js";
import { on, person, readHome, state } from "./store.js";
import { Surface } from "./surface.js";

let body = null;
let surface = null;

/** Keep the open Home true. */
export function startHome() {
  on("home", ({ error = "" }) => body?.isConnected && draw(error));
}

/** Show the Home of the app that the state names. */
export async function openHome() {
  const app = state.apps.find((each) => each.id === state.place.id);
  state.home = null;
  surface = null;
  body = h("div", { class: "home blocks" }, emptyState(`Opening ${app.name}…`, "One moment."));
  fill(
    document.getElementById("main"),
    h(
      "header",
      { class: "head" },
      drawerButton(),
      avatar(person(app.bot_user_id)),
      h(
        "div",
        { class: "head-words" },
        h("h1", {}, app.name),
        h("p", {}, "Home, drawn for you alone"),
      ),
    ),
    banner(),
    h("div", { class: "scroller", tabindex: 0, "aria-label": `${app.name}'s Home` }, body),
  );
  await readHome();
}

function draw(error) {
  const app = state.apps.find((each) => each.id === state.place.id);
  if (error) return fill(body, emptyState("Home could not be opened.", error));
  if (!state.home) {
    return fill(
      body,
      emptyState(`${app.name} has not drawn its Home yet.`, "It appears here as soon as it does."),
    );
  }
  const giveBackFocus = heldFocus();
  surface = new Surface({ type: "view", view_id: state.home.id }, app.id, surface?.values);
  fill(body, drawBlocks(state.home.blocks, surface));
  giveBackFocus();
  return body;
}
