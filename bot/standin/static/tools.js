/** What can be done with a message: react, answer, the apps' message shortcuts, its link. */

import { post } from "./api.js";
import { complain } from "./complaint.js";
import { announce, h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { pickReaction } from "./reactions.js";
import { address, go } from "./route.js";
import { state } from "./store.js";

/** The row that shows while a message is hovered or holds the focus. */
export function tools(message, { inThread }) {
  const answer = () => go({ place: message.channel, thread: message.thread_ts ?? message.ts });
  return h(
    "div",
    { class: "tools" },
    tool("smile", "Add a reaction", (control) => pickReaction(message, control)),
    !inThread && tool("reply", "Reply in a thread", answer),
    tool("more", "More actions", (control) => openMenu(control, entries(message, control))),
  );
}

const tool = (drawing, label, act) =>
  h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-label": label,
      title: label,
      onclick: (event) => act(event.currentTarget),
    },
    icon(drawing),
  );

function entries(message, control) {
  const shortcuts = state.apps.flatMap((app) =>
    app.shortcuts
      .filter((shortcut) => shortcut.type === "message")
      .map((shortcut) => ({
        label: shortcut.name,
        note: app.name,
        act: () =>
          useShortcut(app, shortcut, control, { channel: message.channel, ts: message.ts }),
      })),
  );
  return [{ label: "Copy link", act: () => copyLink(message, control) }, ...shortcuts];
}

/** Tell the app that somebody chose its shortcut; a failure is said beside `control`. */
export async function useShortcut(app, shortcut, control, where = {}) {
  const answer = await post("/page/shortcut", {
    user: state.user,
    app: app.id,
    callback_id: shortcut.callback_id,
    ...where,
  });
  if (!answer.ok) complain(control, answer.error);
}

async function copyLink(message, control) {
  const place = address({
    user: state.user,
    place: message.channel,
    thread: message.thread_ts ?? message.ts,
  });
  try {
    await navigator.clipboard.writeText(`${location.origin}/${place}`);
    announce("The link was copied.");
  } catch {
    complain(control, "The browser did not let the link be copied.");
  }
}
