/** Emoji that people set on messages. */

import { post } from "./api.js";
import { complain } from "./complaint.js";
import { h } from "./dom.js";
import { COMMON, emoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { person, state } from "./store.js";

/** The reactions of a message; a click adds or takes back one's own. */
export function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((each) => reaction(message, each)),
  );
}

function reaction(message, { name, count, users }) {
  const names = users.map((id) => person(id).real_name).join(", ");
  return h(
    "button",
    {
      type: "button",
      class: "reaction",
      "data-action": `react ${name}`,
      "aria-pressed": users.includes(state.user),
      "aria-label": `${name.replaceAll("_", " ")}, ${count}: ${names}`,
      title: names,
      onclick: (event) => react(message, name, event.currentTarget),
    },
    emoji(name) ?? `:${name}:`,
    h("span", {}, count),
  );
}

/** Offer some emoji at `anchor`. */
export function pickReaction(message, anchor) {
  const offers = COMMON.map((name) => ({
    label: emoji(name),
    name: name.replaceAll("_", " "),
    act: () => react(message, name, anchor),
  }));
  openMenu(anchor, offers, "menu-grid");
}

async function react(message, name, control) {
  const answer = await post("/page/react", {
    user: state.user,
    channel: message.channel,
    ts: message.ts,
    name,
  });
  if (!answer.ok) complain(control, answer.error);
}
