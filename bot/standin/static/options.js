/** What a select offers, and how its choice is told: the same shape for every kind. */

import { state } from "./store.js";

const people = () => [...state.users.values()].map((user) => offer(user.id, user.real_name));
const channels = () =>
  [...state.channels.values()]
    .filter((channel) => !channel.is_im && !channel.is_archived)
    .map((channel) => offer(channel.id, `#${channel.name}`));
const offer = (value, label) => ({ value, label, choice: value });

const KINDS = {
  users: { offers: people, one: "selected_user", many: "selected_users" },
  channels: { offers: channels, one: "selected_channel", many: "selected_channels" },
  conversations: { offers: channels, one: "selected_conversation", many: "selected_conversations" },
};

const OPTIONS = { one: "selected_option", many: "selected_options" };

const kindOf = (element) =>
  KINDS[/^(?:multi_)?(users|channels|conversations)_/.exec(element.type)?.[1]];

/** [{label, offers: [{value, label, choice}]}]: one group without a label, or the app's groups. */
export function offered(element) {
  const kind = kindOf(element);
  if (kind) return [{ label: "", offers: kind.offers() }];
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.map((group) => ({
    label: group.label?.text ?? "",
    offers: group.options.map(asOffer),
  }));
}

/** An option object of the app's as an offer. */
export const asOffer = (option) => ({
  value: option.value,
  label: option.text.text,
  choice: option,
});

/** The field of the element's state that tells its choice. */
export function choiceField(element) {
  const many = element.type.startsWith("multi_") || element.type === "checkboxes";
  return (kindOf(element) ?? OPTIONS)[many ? "many" : "one"];
}

/** What the element holds at first: what was put in before, or the app's `initial_…`. */
export function initially(element, block, surface) {
  const field = choiceField(element);
  const preset = element[field.replace("selected_", "initial_")];
  return surface.held(block, element)?.[field] ?? preset ?? (field.endsWith("s") ? [] : null);
}

/** The value by which a choice is told from others. */
export const valueOf = (choice) => (choice && typeof choice === "object" ? choice.value : choice);
