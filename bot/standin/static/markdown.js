/** The `markdown` block: the common part of Markdown, as nodes. */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./links.js";

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    String.raw`!?\[([^\]\n]*)\]\(([^()\s]+)\)`,
    String.raw`\*\*(?=\S)([^\n]*?\S)\*\*`,
    String.raw`~~(?=\S)([^\n]*?\S)~~`,
    String.raw`(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?!\*)`,
    String.raw`(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\p{L}\p{N}_])`,
  ].join("|"),
  "gu",
);

/** The nodes of a Markdown text. */
export function markdown(text) {
  return text.split(/^```[^\n]*\n([\s\S]*?)\n?^```\s*$/m).flatMap((part, i) => {
    if (i % 2) return h("pre", { class: "code-block" }, part);
    return part.split(/\n{2,}/).flatMap((paragraph) => chunk(paragraph.split("\n")));
  });
}

const KINDS = [
  [
    /^#{1,6}\s+(.*)$/,
    (lines) => lines.map((line) => h("p", { class: "md-heading" }, inline(line))),
  ],
  [/^(?:-{3,}|\*{3,})$/, () => [h("hr", {})]],
  [/^>\s?(.*)$/, (lines) => [h("blockquote", {}, broken(lines))]],
  [/^\s*[-*+]\s+(.*)$/, (lines) => [h("ul", { class: "rich-list" }, items(lines))]],
  [/^\s*\d+[.)]\s+(.*)$/, (lines) => [h("ol", { class: "rich-list" }, items(lines))]],
  [/^(.*\S.*)$/, (lines) => [h("p", { class: "rich-section" }, broken(lines))]],
];

/** Lines grouped by what they are, each group drawn once. */
function chunk(lines) {
  const groups = [];
  for (const line of lines) {
    const kind = KINDS.find(([pattern]) => pattern.test(line));
    if (!kind) continue;
    const words = kind[0].exec(line)[1] ?? "";
    if (groups.at(-1)?.kind === kind) groups.at(-1).lines.push(words);
    else groups.push({ kind, lines: [words] });
  }
  return groups.flatMap((group) => group.kind[1](group.lines));
}

const items = (lines) => lines.map((line) => h("li", {}, inline(line)));
const broken = (lines) => lines.flatMap((line, i) => [...(i ? [h("br")] : []), ...inline(line)]);

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(...withEmoji(text.slice(end, found.index)), drawn(found));
    end = found.index + found[0].length;
  }
  return [...nodes, ...withEmoji(text.slice(end))];
}

function drawn([whole, code, label, address, bold, struck, starred, underscored]) {
  if (code) return h("code", {}, code);
  if (address) return link(address, label || address) ?? whole;
  if (bold) return h("strong", {}, inline(bold));
  if (struck) return h("s", {}, inline(struck));
  return h("em", {}, inline(starred ?? underscored));
}
