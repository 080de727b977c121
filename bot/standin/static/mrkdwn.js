/**
 * Slack's mrkdwn as nodes (https://docs.slack.dev/messaging/formatting-message-text).
 * Whatever is not markup that may be followed stays the text that it is.
 */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./links.js";
import { channelMention, groupMention, userMention } from "./mentions.js";
import { live } from "./moments.js";
import { dated } from "./time.js";

const EDGE = String.raw`[\p{L}\p{N}]`;
const styled = (mark) =>
  String.raw`(?<!${EDGE}|[${mark}])[${mark}](?=[^\s${mark}])([^${mark}\n]*[^\s${mark}])[${mark}](?!${EDGE}|[${mark}])`;

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    styled("*"),
    styled("_"),
    styled("~"),
    String.raw`(https?://[^\s<>|]+[^\s<>|.,;:!?)"'*_~])`,
  ].join("|"),
  "gu",
);

/** The nodes of a mrkdwn text; `verbatim` leaves bare addresses unlinked. */
export function mrkdwn(text, { verbatim = false } = {}) {
  return text.split(/```\n?([\s\S]+?)\n?```/).flatMap((part, i) => {
    if (i % 2) return h("pre", { class: "code-block" }, plain(part));
    return part ? paragraphs(part, verbatim) : [];
  });
}

function paragraphs(text, verbatim) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, i) => {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.append(h("br"));
      else nodes.push((quote = h("blockquote", {})));
      quote.append(...inline(quoted[1], verbatim));
      return;
    }
    if (i && !quote) nodes.push(h("br"));
    quote = null;
    nodes.push(...inline(line, verbatim));
  });
  return nodes;
}

function inline(text, verbatim) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const node = drawn(found, verbatim);
    if (!node) continue;
    nodes.push(...withEmoji(plain(text.slice(end, found.index))), node);
    end = found.index + found[0].length;
  }
  return [...nodes, ...withEmoji(plain(text.slice(end)))];
}

function drawn([, code, angled, bold, italic, struck, bare], verbatim) {
  if (code) return h("code", {}, plain(code));
  if (angled) return entity(angled);
  if (bold) return h("strong", {}, inline(bold, verbatim));
  if (italic) return h("em", {}, inline(italic, verbatim));
  if (struck) return h("s", {}, inline(struck, verbatim));
  return verbatim ? null : link(plain(bare), plain(bare));
}

function entity(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : plain(inside.slice(bar + 1));
  if (/^@[UW]/.test(target)) return userMention(target.slice(1), label);
  if (/^#[CG]/.test(target)) return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return groupMention(target.slice(1), label);
  const address = plain(target);
  return link(address, ...withEmoji(label || address.replace(/^mailto:/, "")));
}

function date(target, fallback) {
  const [, seconds, form, address] = target.split("^");
  if (!/^\d+$/.test(seconds) || !form) return h("span", {}, fallback);
  const attributes = { datetime: new Date(seconds * 1000).toISOString(), title: fallback };
  const made = live("time", attributes, () => dated(seconds, plain(form)));
  return (address && link(plain(address), made)) || made;
}

/** The text that Slack's three escapes stand for. */
export const plain = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
