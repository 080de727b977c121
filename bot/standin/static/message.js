/** One message: who, when, what, and what can be done with it. */

import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { link, safeUrl } from "./links.js";
import { live } from "./moments.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { reactions } from "./reactions.js";
import { go } from "./route.js";
import { appOf, person } from "./store.js";
import { Surface } from "./surface.js";
import { ago, clock, inFull } from "./time.js";
import { tools } from "./tools.js";

/** `compact` leaves the author out, `arrives` lets it slide in, `dismiss` takes an ephemeral away. */
export function drawMessage(message, { compact, arrives, inThread, dismiss }) {
  const look = [
    "message",
    compact && "compact",
    arrives && "arrives",
    message.is_ephemeral && "ephemeral",
  ];
  return h(
    "article",
    {
      class: look.filter(Boolean).join(" "),
      "data-ts": message.ts,
      tabindex: -1,
      "aria-label": `${message.author.name}, ${clock(message.ts)}`,
    },
    h("div", { class: "gutter" }, compact ? time(message.ts) : avatar(message.author)),
    h(
      "div",
      { class: "content" },
      message.is_ephemeral && onlyYou(dismiss),
      compact || byline(message),
      message.subtype === "thread_broadcast" && broadcast(message, inThread),
      body(message),
      message.pending && h("p", { class: "pending" }, "The app did not answer in time."),
      reactions(message),
      !inThread && thread(message),
    ),
    !message.is_ephemeral && tools(message, { inThread }),
  );
}

const time = (ts) => h("time", { class: "time", title: inFull(ts) }, clock(ts));

function byline({ author, ts, edited, blocks }) {
  return h(
    "header",
    { class: "byline" },
    h("strong", { class: "author" }, author.name),
    author.is_bot && h("span", { class: "badge" }, "App"),
    time(ts),
    edited && blocks?.length && note(edited),
  );
}

const note = (edited) => h("span", { class: "edited", title: inFull(edited.ts) }, " (edited)");

/** A reply that was sent to the channel too says so, and leads to its thread. */
function broadcast({ channel, thread_ts: thread, root }, inThread) {
  if (inThread) return h("p", { class: "broadcast" }, "Also sent to the channel");
  const open = () => go({ place: channel, thread });
  const about = root && h("span", {}, mrkdwn(root.text)).textContent;
  return h(
    "p",
    { class: "broadcast" },
    "replied to a thread:",
    h("button", { type: "button", class: "text-button", onclick: open }, about || "open it"),
  );
}

const onlyYou = (dismiss) =>
  h(
    "p",
    { class: "only-you" },
    "Only visible to you",
    h("button", { type: "button", class: "text-button", onclick: dismiss }, "Dismiss"),
  );

function body(message) {
  const where = { type: "message", channel: message.channel, ts: message.ts };
  const surface = new Surface(where, appOf(message.user)?.id);
  const said = message.blocks?.length
    ? h("div", { class: "blocks" }, drawBlocks(message.blocks, surface))
    : message.text &&
      h("div", { class: "said" }, mrkdwn(message.text), message.edited && note(message.edited));
  return [
    said,
    (message.attachments ?? []).map((each) => attachment(each, surface)),
    (message.files ?? []).map(file),
  ];
}

/** Slack's older coloured boxes (https://docs.slack.dev/messaging/formatting-message-text). */
function attachment(each, surface) {
  const inside = each.blocks?.length
    ? drawBlocks(each.blocks, surface)
    : [
        each.pretext && h("p", {}, mrkdwn(each.pretext)),
        each.title &&
          h(
            "p",
            {},
            h("strong", {}, (each.title_link && link(each.title_link, each.title)) || each.title),
          ),
        h("div", { class: "said" }, mrkdwn(each.text ?? each.fallback ?? "")),
        (each.fields ?? []).map(({ title, value }) =>
          h("p", {}, h("strong", {}, title), " ", mrkdwn(value)),
        ),
      ];
  const made = h("div", { class: "attachment" }, inside);
  const named = { good: "var(--good)", warning: "var(--amber)", danger: "var(--danger)" };
  const colour =
    named[each.color] ??
    (/^#?[0-9a-f]{6}$/i.test(each.color ?? "") && `#${each.color.replace("#", "")}`);
  if (colour) made.style.setProperty("--bar", colour);
  return made;
}

function file({ title, name, mimetype = "", url, alt_txt }) {
  const words = title || name || "A file";
  const src = url && safeUrl(new URL(url, location.href));
  if (!src) return h("p", { class: "block-note" }, words);
  if (!mimetype.startsWith("image/")) return h("p", { class: "file" }, link(src, words));
  return h(
    "figure",
    {},
    h("figcaption", {}, words),
    h("img", { class: "block-image", src, alt: alt_txt || words }),
  );
}

function thread(message) {
  if (!message.reply_count) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    {
      type: "button",
      class: "replies",
      "data-action": "replies",
      onclick: () => go({ place: message.channel, thread: message.ts }),
    },
    (message.reply_users ?? []).slice(0, 3).map((id) => avatar(person(id), "tiny")),
    h("span", { class: "reply-count" }, count),
    live("span", { class: "reply-latest" }, () => ago(message.latest_reply)),
    icon("chevron"),
  );
}
