/** An app's two tabs: its Home, and what it said to you alone. */

import { h } from "./dom.js";
import { drawerButton } from "./drawer.js";
import { avatar } from "./people.js";
import { address } from "./route.js";
import { person, state } from "./store.js";
import { isUnread } from "./unread.js";

/** The app that a direct conversation is with, if it is with one. */
export const appIn = (channel) =>
  channel.is_im && state.apps.find((app) => channel.members.includes(app.bot_user_id));

/** What stands above either of them. */
export const appHead = (app, words) => [
  drawerButton(),
  avatar(person(app.bot_user_id)),
  h("div", { class: "head-words" }, h("h1", {}, app.name), h("p", {}, words)),
  tabs(app),
];

function tabs(app) {
  const talk = [...state.channels.values()].find((each) => appIn(each) === app);
  if (!app.has_home || !talk) return null;
  return h(
    "nav",
    { class: "app-tabs", "aria-label": app.name },
    tab(app.id, "Home"),
    tab(talk.id, "Messages", isUnread(state.user, talk)),
  );
}

function tab(place, label, unread = false) {
  const current = state.place?.id === place ? "page" : null;
  const href = address({ user: state.user, place });
  return h(
    "a",
    { href, "aria-current": current },
    label,
    unread && [h("span", { class: "dot" }), h("span", { class: "unseen" }, " (unread)")],
  );
}
