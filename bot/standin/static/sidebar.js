/** The left side: the workspace, who you are, where to go. */

import { fill, h } from "./dom.js";
import { openDrawer } from "./drawer.js";
import { icon } from "./icons.js";
import { youAre } from "./people.js";
import { rainButton } from "./rain.js";
import { address } from "./route.js";
import { on, person, state } from "./store.js";
import { themeSwitch } from "./theme.js";
import { isUnread } from "./unread.js";

/** Draw the sidebar, and keep it true. */
export function startSidebar() {
  for (const change of ["state", "place", "channels", "bot"]) on(change, draw);
  on("streaming", draw);
}

function draw() {
  if (!state.me) return;
  const sidebar = document.getElementById("sidebar");
  const focused = focusKey(sidebar);
  const channels = [...state.channels.values()].filter((channel) => !channel.is_im);
  const talks = [...state.channels.values()].filter((channel) => channel.is_im && channel.latest);
  fill(
    sidebar,
    h("header", { class: "team" }, h("strong", {}, state.team.name), themeSwitch()),
    youAre(),
    h(
      "div",
      { class: "places" },
      list("Channels", channels.map(channelLink)),
      talks.length > 0 && list("Direct messages", talks.map(talkLink)),
      list("Apps", state.apps.map(appLink)),
    ),
    state.social && rainButton(),
  );
  if (focused) sidebar.querySelector(focused)?.focus();
}

const list = (name, items) =>
  h(
    "section",
    {},
    h("h2", {}, name),
    h(
      "ul",
      {},
      items.map((item) => h("li", {}, item)),
    ),
  );

function place(id, inside, extra = {}) {
  const here = state.place?.id === id;
  const href = address({ user: state.user, place: id });
  const current = here ? "page" : null;
  return h(
    "a",
    { href, "aria-current": current, onclick: () => openDrawer(false), ...extra },
    inside,
  );
}

function channelLink(channel) {
  const unread = isUnread(state.user, channel);
  const sign = channel.is_private ? "lock" : "hash";
  const look = `${unread ? "unread" : ""} ${channel.is_archived ? "archived" : ""}`;
  return place(channel.id, [icon(sign), h("span", {}, channel.name), unread && news()], { class: look });
}

function talkLink(channel) {
  const other = person(channel.members.find((id) => id !== state.user) ?? state.user);
  const unread = isUnread(state.user, channel);
  const inside = [icon("reply"), h("span", {}, other.real_name), unread && news()];
  return place(channel.id, inside, { class: unread ? "unread" : "" });
}

const news = () => [h("span", { class: "dot" }), h("span", { class: "unseen" }, " (unread)")];

function appLink(app) {
  const words = app.connected ? "connected" : "not connected";
  const light = h("span", {
    class: `light ${app.connected ? "light-on" : ""}`,
    title: words,
    "aria-hidden": "true",
  });
  return place(app.id, [
    icon("home"),
    h("span", {}, app.name),
    light,
    h("span", { class: "unseen" }, ` (${words})`),
  ]);
}

/** What to focus again after drawing: the same link or the same radio button. */
function focusKey(sidebar) {
  const focused = document.activeElement;
  if (!sidebar.contains(focused)) return null;
  if (focused.name === "you") return `input[name=you][value="${state.user}"]`;
  const href = focused.getAttribute("href");
  return href ? `a[href="${href}"]` : null;
}
