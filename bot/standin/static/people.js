/** Who is who, and who this tab is. */

import { h } from "./dom.js";
import { go } from "./route.js";
import { person, state } from "./store.js";

/** A square or a disc with initials, in the user's colour. */
export function avatar(user, size = "") {
  const name = user.real_name ?? user.name;
  const initials = name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("");
  const look = `avatar ${user.is_bot ? "avatar-bot" : ""} ${size && `avatar-${size}`}`;
  const made = h("span", { class: look, "aria-hidden": "true" }, initials.toUpperCase());
  made.style.setProperty("--tint", user.color);
  return made;
}

/** The people of the workspace, without its bots. */
export const people = () => [...state.users.values()].filter((user) => !user.is_bot);

/** The switch of who "you" are. Arrow keys move, as between any radio buttons. */
export function youAre() {
  return h(
    "fieldset",
    { class: "you-are" },
    h("legend", {}, "You are"),
    h("div", { class: "you-choices" }, people().map(choice)),
    h(
      "p",
      { class: "you-name" },
      h("strong", {}, state.me.real_name),
      h("span", {}, state.me.title),
    ),
  );
}

function choice(user) {
  const label = `${user.real_name}, ${user.title}`;
  const radio = h("input", {
    type: "radio",
    name: "you",
    value: user.id,
    checked: user.id === state.user,
    class: "unseen",
    "aria-label": label,
    onchange: () => go({ user: user.id }),
  });
  return h("label", { class: "you", title: label }, radio, avatar(user));
}

/** What a conversation is called: a channel by its name, one with the app by the app's. */
export function channelName(channel) {
  if (!channel.is_im) return channel.name;
  return person(channel.members.find((id) => id !== state.user) ?? state.user).real_name;
}
