/** A list of messages that keeps its place: at the end, unless the reader looks further up. */

import { announce, fill, h } from "./dom.js";
import { heldFocus } from "./focus.js";
import { drawMessage } from "./message.js";
import { live } from "./moments.js";
import { plain } from "./mrkdwn.js";
import { state } from "./store.js";
import { dayName, dayOf } from "./time.js";

const NEAR = 60;
const TOGETHER = 5 * 60;

/** `empty` answers what stands where no message is; `inThread` leaves days and threads out. */
export class MessageList {
  #nodes = new Map();
  #known = null;
  #dismissed = new Set();

  constructor({ label, empty, inThread = false }) {
    this.empty = empty;
    this.inThread = inThread;
    this.list = h("div", {
      class: `messages ${inThread ? "" : "from-below"}`,
      role: "log",
      "aria-label": label,
      "aria-live": "off",
    });
    this.pill = h(
      "button",
      { type: "button", class: "pill", onclick: () => this.toEnd() },
      "New messages ↓",
    );
    this.pill.hidden = true;
    this.scroller = h(
      "div",
      { class: "scroller", tabindex: 0, "aria-label": label, onscroll: () => this.#scrolled() },
      this.list,
    );
    this.root = h("div", { class: "message-list" }, this.scroller, this.pill);
    // pictures and fonts that come later must not push the end out of sight
    const resized = new ResizeObserver(() => this.#atEnd && this.toEnd());
    resized.observe(this.list);
    resized.observe(this.scroller);
  }

  #atEnd = true;
  #put = null;

  /** Show `messages` (Map of ts → message); `arrived` is the one that was just posted, if any. */
  show(messages, arrived = null) {
    const shown = [...messages.values()].filter((message) => !this.#dismissed.has(message.ts));
    shown.sort((a, b) => (a.ts < b.ts ? -1 : 1));
    const giveBackFocus = heldFocus();
    const wanted = shown.length
      ? this.#rows(shown)
      : [this.#row("empty", state.botConnected, this.empty)];
    arrange(this.list, wanted);
    giveBackFocus();
    this.#known = new Set(shown.map((message) => message.ts));
    if (arrived) this.#tellOf(arrived);
    if (this.#atEnd && arrived && this.#isTall(arrived)) this.#toStart(arrived);
    else if (this.#atEnd || arrived?.user === state.user) this.toEnd();
  }

  /** Whether the end of the message would push its beginning out of sight. */
  #isTall({ ts }) {
    return this.#node(ts)?.offsetHeight > this.scroller.clientHeight;
  }

  #toStart({ ts }) {
    this.#node(ts).scrollIntoView();
    this.#atEnd = false;
    this.#put = this.scroller.scrollTop;
  }

  #node(ts) {
    return this.list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  }

  toEnd() {
    this.#put = null;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#atEnd = true;
    this.pill.hidden = true;
  }

  /** Whether any of the message can be seen. */
  isInView(ts) {
    const node = this.#node(ts)?.getBoundingClientRect();
    const window = this.scroller.getBoundingClientRect();
    return Boolean(node) && node.bottom > window.top && node.top < window.bottom;
  }

  /** Bring one message into view and mark it for a moment. */
  reveal(ts) {
    const node = this.#node(ts);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("revealed");
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    // where the page put it for reading, it stays until the reader scrolls
    if (scrollTop === this.#put) return;
    this.#put = null;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#atEnd) this.pill.hidden = true;
  }

  #tellOf(message) {
    announce(`${message.author.name}: ${plain(message.text || "a message")}`);
    if (!this.#atEnd && message.user !== state.user) this.pill.hidden = false;
  }

  #rows(messages) {
    const rows = [];
    messages.forEach((message, i) => {
      const before = messages[i - 1];
      const newDay = !this.inThread && (!before || dayOf(before.ts) !== dayOf(message.ts));
      if (newDay)
        rows.push(
          this.#row(`day ${dayOf(message.ts)}`, dayName(message.ts), () =>
            divider(live("span", {}, () => dayName(message.ts))),
          ),
        );
      if (this.inThread && i === 1) {
        const count = messages.filter((each) => !each.is_ephemeral).length - 1;
        const words = count === 1 ? "1 reply" : `${count} replies`;
        rows.push(this.#row("replies", words, () => divider(h("span", {}, words))));
      }
      const compact = !newDay && !(this.inThread && i === 1) && together(before, message);
      rows.push(this.#message(message, compact));
    });
    return rows;
  }

  #message(message, compact) {
    const arrives = this.#known !== null && !this.#known.has(message.ts);
    const dismiss = () => this.#dismiss(message);
    return this.#row(message.ts, JSON.stringify([message, compact]), () =>
      drawMessage(message, { compact, arrives, dismiss, inThread: this.inThread }),
    );
  }

  #dismiss(message) {
    this.#dismissed.add(message.ts);
    this.#nodes.get(message.ts)?.node.remove();
    this.scroller.focus();
  }

  /** The node kept under `key`, drawn anew only where `signature` tells that it changed. */
  #row(key, signature, draw) {
    const kept = this.#nodes.get(key);
    if (kept?.signature === signature) return kept.node;
    const node = draw();
    this.#nodes.set(key, { signature, node });
    return node;
  }
}

const divider = (words) => h("div", { class: "day", role: "separator" }, words);

function together(before, message) {
  return (
    before &&
    before.author.id === message.author.id &&
    Boolean(before.is_ephemeral) === Boolean(message.is_ephemeral) &&
    !message.is_ephemeral &&
    message.subtype !== "thread_broadcast" &&
    !message.blocks?.length &&
    Number(message.ts) - Number(before.ts) < TOGETHER
  );
}

/** Make `parent` hold exactly `wanted`, in that order, without moving what stays. */
function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, i) => {
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
  });
}

/** The words of an empty place. */
export const emptyState = (title, words) =>
  fill(h("div", { class: "empty" }), h("strong", {}, title), h("p", {}, words));
