/** An app's Home in the middle. */

import { appHead } from "./apptabs.js";
import { banner } from "./banner.js";
import { drawBlocks } from "./blocks.js";
import { fill, h } from "./dom.js";
import { heldFocus } from "./focus.js";
import { emptyState } from "./messagelist.js";
import { on, readHome, state } from "./store.js";
import { Surface } from "./surface.js";

let body = null;
let surface = null;
let top = null;

/** Keep the open Home true. */
export function startHome() {
  on("channels", () => top?.isConnected && fill(top, head(appHere())));
  on("home", ({ error = "" }) => body?.isConnected && draw(error));
}

const appHere = () => state.apps.find((each) => each.id === state.place.id);
const head = (app) => appHead(app, "Home, drawn for you alone");

/** Show the Home of the app that the state names. */
export async function openHome() {
  const app = appHere();
  state.home = null;
  surface = null;
  body = h("div", { class: "home blocks" }, emptyState(`Opening ${app.name}…`, "One moment."));
  top = h("header", { class: "head" }, head(app));
  fill(
    document.getElementById("main"),
    top,
    banner(),
    h("div", { class: "scroller", tabindex: 0, "aria-label": `${app.name}'s Home` }, body),
  );
  await readHome();
}

function draw(error) {
  const app = appHere();
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
