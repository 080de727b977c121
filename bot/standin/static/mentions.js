/** Users, channels and groups that a text names. */

import { h } from "./dom.js";
import { address, route } from "./route.js";
import { person, state } from "./store.js";

/** A person by id. */
export function userMention(id, label = "") {
  const known = state.users.get(id);
  const mine = id === state.user ? " mention-me" : "";
  return h(
    "span",
    { class: `mention${mine}`, title: known?.title },
    `@${known ? person(id).real_name : label || id}`,
  );
}

/** A channel by id, with a way there where it is known. */
export function channelMention(id, label = "") {
  const known = state.channels.get(id);
  if (!known) return h("span", { class: "mention" }, `#${label || id}`);
  const href = address({ user: route().user || state.user, place: id });
  return h("a", { class: "mention", href }, `#${known.name}`);
}

/** @here, @channel, @everyone, or a user group. */
export function groupMention(target, label = "") {
  const [name, id] = target.split("^");
  const words = name === "subteam" ? label || `@${id}` : `@${label || name}`;
  return h("span", { class: "mention mention-me" }, words.replace(/^@@/, "@"));
}
