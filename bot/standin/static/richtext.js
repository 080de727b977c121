/** Rich text blocks (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). */

import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { link } from "./links.js";
import { channelMention, groupMention, userMention } from "./mentions.js";
import { live } from "./moments.js";
import { dated } from "./time.js";

/** The nodes of a rich_text block's elements. */
export const richText = (elements) => elements.map(part);

function part(element) {
  const inside = element.elements ?? [];
  switch (element.type) {
    case "rich_text_section":
      return h("p", { class: "rich-section" }, inside.map(leaf));
    case "rich_text_list":
      return list(element, inside);
    case "rich_text_quote":
      return h("blockquote", {}, inside.map(leaf));
    case "rich_text_preformatted":
      return h(
        "pre",
        { class: "code-block" },
        inside.map((each) => each.text ?? each.url ?? ""),
      );
    default:
      return leaf(element);
  }
}

function list(element, items) {
  const ordered = element.style === "ordered";
  const made = h(
    ordered ? "ol" : "ul",
    { class: "rich-list", start: ordered && element.offset ? element.offset + 1 : null },
    items.map((item) => h("li", {}, (item.elements ?? []).map(leaf))),
  );
  made.style.setProperty("--indent", element.indent ?? 0);
  return made;
}

const LEAVES = {
  text: (leaf) => withLines(leaf.text),
  link: (leaf) => link(leaf.url, leaf.text || leaf.url) ?? leaf.text ?? leaf.url,
  user: (leaf) => userMention(leaf.user_id),
  channel: (leaf) => channelMention(leaf.channel_id),
  usergroup: (leaf) => groupMention(`subteam^${leaf.usergroup_id}`),
  broadcast: (leaf) => groupMention(leaf.range),
  emoji: (leaf) => emoji(leaf.name) ?? `:${leaf.name}:`,
  date: (leaf) => live("time", {}, () => dated(leaf.timestamp, leaf.format)),
  color: (leaf) => h("code", {}, leaf.value),
};

function leaf(element) {
  const made = LEAVES[element.type]?.(element) ?? `[${element.type}]`;
  return dressed(made, element.style ?? {});
}

function dressed(made, style) {
  const tags = { code: "code", strike: "s", italic: "em", bold: "strong" };
  return Object.entries(tags)
    .filter(([name]) => style[name])
    .reduce((inner, [, tag]) => h(tag, {}, inner), made);
}

function withLines(text) {
  return text.split("\n").flatMap((line, i) => [...(i ? [h("br")] : []), ...withEmoji(line)]);
}
