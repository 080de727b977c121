/** The panel at the right: a message and what was answered to it. */

import { closedTo } from "./channel.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList, emptyState } from "./messagelist.js";
import { channelName } from "./people.js";
import { go } from "./route.js";
import { on, readThread, state } from "./store.js";

let list = null;

/** Keep the panel true. */
export function startThread() {
  on("thread", ({ arrived } = {}) => list?.show(state.replies, arrived));
}

/** Show the thread that the state names, or nothing. */
export async function openThread() {
  const panel = document.getElementById("thread");
  panel.hidden = !state.thread;
  list = null;
  if (!state.thread) return fill(panel);
  state.replies = new Map();
  list = new MessageList({
    label: "Thread",
    inThread: true,
    empty: () =>
      emptyState("This message is gone.", "It was deleted, or only somebody else may see it."),
  });
  const { place, thread } = state;
  const composer = new Composer({ channel: place.id, thread, placeholder: "Reply…" });
  const closed = closedTo(state.channels.get(place.id));
  fill(panel, head(), list.root, closed ?? composer.root);
  panel.onkeydown = (event) => event.key === "Escape" && close();
  const answer = await readThread();
  if (!answer.ok) composer.complain(answer.error);
  if (state.thread === thread) (closed ? list.scroller : composer).focus();
  return panel;
}

function head() {
  const label = "Close the thread";
  return h(
    "header",
    { class: "head" },
    h(
      "div",
      { class: "head-words" },
      h("h1", {}, "Thread"),
      h("p", {}, channelName(state.channels.get(state.place.id))),
    ),
    h(
      "button",
      { type: "button", class: "quiet", "aria-label": label, onclick: close },
      icon("close"),
    ),
  );
}

function close() {
  const { place, thread } = state;
  go({ place: place.id });
  document.querySelector(`#main [data-ts="${CSS.escape(thread)}"]`)?.focus();
}
