/** Block Kit as nodes (https://docs.slack.dev/reference/block-kit/blocks). */

import { freshId, h } from "./dom.js";
import { element } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { safeUrl } from "./links.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { text } from "./textobject.js";

/** The nodes of `blocks`; `surface` says where they stand and takes what people do. */
export const drawBlocks = (blocks, surface) =>
  (blocks ?? []).map((block) => {
    const made = (BLOCKS[block.type] ?? unknown)(block, surface);
    made.classList.add("block");
    if (block.block_id) made.dataset.block = block.block_id;
    return made;
  });

const BLOCKS = {
  header: (block) => h("h3", { class: "block-header" }, text(block.text)),
  divider: () => h("hr", {}),
  rich_text: (block) => h("div", { class: "block-rich" }, richText(block.elements ?? [])),
  markdown: (block) => h("div", { class: "block-rich" }, markdown(block.text ?? "")),
  image: (block) => figure(block),
  section,
  context,
  input,
  table,
  actions: (block, surface) =>
    h(
      "div",
      { class: "block-actions" },
      (block.elements ?? []).map((each) => element(each, block, surface)),
    ),
  video: (block) =>
    h("div", { class: "block-note" }, "Video: ", text(block.title), " ", text(block.description)),
  file: (block) =>
    h("p", { class: "block-note" }, `A file from elsewhere: ${block.external_id ?? ""}`),
};

const unknown = (block) =>
  h("p", { class: "block-note" }, `A block of the type “${block.type}” is not drawn here.`);

function section(block, surface) {
  const { accessory } = block;
  const said = [
    block.text && h("div", { class: "said" }, text(block.text)),
    block.fields &&
      h(
        "div",
        { class: "fields" },
        block.fields.map((each) => h("div", {}, text(each))),
      ),
  ];
  const beside =
    accessory?.type === "image"
      ? picture(accessory, "thumb")
      : accessory && element(accessory, block, surface);
  return h(
    "div",
    { class: "block-section" },
    h("div", { class: "words" }, said),
    beside && h("div", { class: "accessory" }, beside),
  );
}

function context(block) {
  const drawn = (each) =>
    each.type === "image" ? picture(each, "context-image") : h("span", {}, text(each));
  return h("div", { class: "block-context" }, (block.elements ?? []).map(drawn));
}

function figure(block) {
  const shown = picture(block, "block-image");
  return h("figure", {}, block.title && h("figcaption", {}, text(block.title)), shown);
}

function picture({ image_url, slack_file, alt_text }, look) {
  const src = safeUrl(image_url ?? slack_file?.url ?? "");
  const words = h("span", { class: "block-note" }, alt_text || "A picture");
  if (!src) return words;
  const made = h("img", { class: look, src, alt: alt_text ?? "", referrerpolicy: "no-referrer" });
  made.addEventListener("error", () => made.replaceWith(words), { once: true });
  return made;
}

function input(block, surface) {
  const id = freshId("field");
  const made = element(block.element, block, surface, id);
  const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const optional = block.optional && h("span", { class: "optional" }, " (optional)");
  const label = h(
    group ? "span" : "label",
    { class: "label", for: group ? null : id, id: `${id}-label` },
    text(block.label),
    optional,
  );
  if (group) made.setAttribute("aria-labelledby", `${id}-label`);
  const hint = block.hint && h("p", { class: "hint" }, text(block.hint));
  return h("div", { class: "block-input" }, label, made, hint);
}

function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (each, i, tag) => {
    const inside = each.type === "rich_text" ? richText(each.elements) : withEmoji(each.text ?? "");
    return h(tag, { class: `align-${settings[i]?.align ?? "left"}` }, inside);
  };
  const row = (cells, tag) =>
    h(
      "tr",
      {},
      cells.map((each, i) => cell(each, i, tag)),
    );
  const [head, ...body] = block.rows ?? [];
  const drawn = h(
    "table",
    {},
    head && h("thead", {}, row(head, "th")),
    h(
      "tbody",
      {},
      body.map((cells) => row(cells, "td")),
    ),
  );
  return h(
    "div",
    { class: "block-table", tabindex: 0, role: "region", "aria-label": "Table" },
    drawn,
  );
}
