/** The middle: a channel with its messages and the field to write in. */

import { post } from "./api.js";
import { appHead, appIn } from "./apptabs.js";
import { banner } from "./banner.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { drawerButton } from "./drawer.js";
import { icon } from "./icons.js";
import { MessageList, emptyState } from "./messagelist.js";
import { avatar, channelName } from "./people.js";
import { on, person, readMessages, state, tell } from "./store.js";
import { keepRead } from "./unread.js";

let list = null;
let shown = "";
let top = null;

/** Keep the open channel true. */
export function startChannel() {
  on("messages", ({ channel, arrived }) => {
    if (channel === shown && state.messages.has(channel))
      list.show(state.messages.get(channel), arrived);
  });
  on("channels", () => top?.isConnected && fill(top, head(state.channels.get(shown))));
  on("bot", () => list && state.messages.has(shown) && list.show(state.messages.get(shown)));
  document.addEventListener("visibilitychange", () => !document.hidden && markRead());
}

/** Show the channel that the state names. */
export async function openChannel() {
  const channel = state.channels.get(state.place.id);
  shown = channel.id;
  const name = channelName(channel);
  list = new MessageList({ label: `Messages in ${name}`, empty: () => nothingYet(channel) });
  const composer = new Composer({
    channel: channel.id,
    placeholder: `Message ${channel.is_im ? name : `#${name}`}`,
  });
  top = h("header", { class: "head" }, head(channel));
  fill(
    document.getElementById("main"),
    top,
    banner(),
    list.root,
    closedTo(channel) ?? composer.root,
  );
  const answer = await readMessages(channel.id);
  if (!answer.ok) composer.complain(answer.error);
  markRead();
}

/** Note that the open channel was read. */
function markRead() {
  const channel = state.channels.get(shown);
  if (state.place?.id !== shown || !channel?.latest) return;
  if (keepRead(state.user, shown, channel.latest)) {
    post("/page/read", { user: state.user, channel: shown });
    tell("channels");
  }
}

/** Whether the reader can see the message in the open channel. */
export const isInView = (ts) => Boolean(list?.isInView(ts));

/** Bring a message of the open channel into view. */
export const revealMessage = (ts) => list?.reveal(ts);

/** Why nothing can be written here, as a note; null where one can. */
export function closedTo(channel) {
  const words = channel.is_archived
    ? "This channel is archived: it can be read, not written to."
    : appIn(channel)?.reads_messages === false &&
      "Sending messages to this app has been turned off.";
  return words ? h("p", { class: "closed-note" }, words) : null;
}

function head(channel) {
  const app = appIn(channel);
  if (app) return appHead(app, "What it says to you alone");
  const members = channel.members.map(person);
  const names = members.map((user) => user.real_name).join(", ");
  const sign = icon(channel.is_private ? "lock" : "hash");
  return [
    drawerButton(),
    h(
      "div",
      { class: "head-words" },
      h("h1", {}, sign, channelName(channel)),
      channel.topic && h("p", {}, channel.topic),
    ),
    h(
      "div",
      { class: "members", role: "img", "aria-label": `Members: ${names}`, title: names },
      members.slice(0, 5).map((user) => avatar(user, "small")),
    ),
  ];
}

function nothingYet(channel) {
  const app = state.apps.find((each) => channel.members.includes(each.bot_user_id));
  if (!app)
    return emptyState(`This is the beginning of #${channel.name}`, "Nobody has written here yet.");
  if (!state.botConnected) {
    return emptyState(
      `Waiting for ${app.name}`,
      `${app.name} is starting. What it finds arrives here by itself.`,
    );
  }
  const isFirst = channel.id === [...state.channels.values()].find((each) => !each.is_im)?.id;
  if (isFirst)
    return emptyState(
      `${app.name} is listening.`,
      "The first alerts arrive here in a few seconds.",
    );
  if (closedTo(channel))
    return emptyState("Nothing yet.", `What ${app.name} says to you alone arrives here.`);
  return emptyState(`${app.name} is here.`, `Write something, or type / to ask ${app.name}.`);
}
