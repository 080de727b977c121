/** The field to write in: messages, slash commands, people. */

import { post } from "./api.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { openMenu } from "./menu.js";
import { state } from "./store.js";
import { commandAt, suggestions } from "./suggestions.js";
import { useShortcut } from "./tools.js";

const drafts = new Map();
const sent = new Map();

/** A composer for a channel, or for one thread in it. */
export class Composer {
  constructor({ channel, thread = "", placeholder }) {
    this.channel = channel;
    this.thread = thread;
    this.key = `${state.user} ${channel} ${thread}`;
    const note = freshId("note");
    this.field = h("textarea", {
      rows: 1,
      id: thread ? null : "composer",
      placeholder,
      "aria-label": placeholder,
      "aria-describedby": note,
      value: drafts.get(this.key) ?? "",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#onKey(event),
      onblur: () => this.list.close(),
    });
    this.list = new Listbox(this.field, (item) => this.#complete(item));
    this.note = h("p", { class: "composer-note", id: note, role: "status" });
    this.sendButton = h(
      "button",
      { type: "button", class: "send", "aria-label": "Send", onclick: () => this.send() },
      icon("send"),
    );
    this.root = h(
      "div",
      { class: "composer" },
      this.list.root,
      h(
        "div",
        { class: "composer-box" },
        !thread && this.#shortcuts(),
        this.field,
        this.sendButton,
      ),
      this.note,
    );
    this.#hint();
  }

  focus() {
    this.field.focus();
  }

  /** Say what went wrong, under the field. */
  complain(words) {
    fill(this.note, words);
    this.note.classList.add("wrong");
  }

  async send() {
    const text = this.field.value.trim();
    if (!text || this.busy) return;
    if (this.thread && text.startsWith("/")) {
      this.complain("Slack takes no slash commands inside a thread. Type it in the channel.");
      return;
    }
    this.#set("");
    this.#busy(true);
    const answer = await post("/page/send", {
      user: state.user,
      channel: this.channel,
      text,
      ...(this.thread && { thread_ts: this.thread }),
    });
    this.#busy(false);
    sent.set(this.key, text);
    if (answer.ok) return;
    if (!this.field.value) this.#set(text);
    this.complain(answer.error);
  }

  #busy(now) {
    this.busy = now;
    if (now) this.sendButton.setAttribute("aria-busy", "true");
    else this.sendButton.removeAttribute("aria-busy");
  }

  #set(text) {
    this.field.value = text;
    this.field.style.height = "";
    drafts.set(this.key, text);
    this.#hint();
  }

  #typed() {
    drafts.set(this.key, this.field.value);
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    this.list.open(suggestions(this.field.value, this.field.selectionStart, Boolean(this.thread)));
    this.#hint();
  }

  /** Under the field: how the command that stands there is used. */
  #hint() {
    this.note.classList.remove("wrong");
    const command = this.thread ? null : commandAt(this.field.value);
    fill(this.note, command && [h("kbd", {}, command.command), " ", command.usage_hint]);
  }

  #onKey(event) {
    if (this.#sendsAsItIs(event)) this.list.close();
    if (this.list.onKey(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && !this.field.value && sent.has(this.key)) {
      event.preventDefault();
      this.#set(sent.get(this.key));
      this.#typed();
      this.list.close();
    }
  }

  /** A command that is typed out already needs no completion: Enter sends it. */
  #sendsAsItIs({ key }) {
    return (
      key === "Enter" &&
      state.apps.some((app) => app.commands.some((each) => each.command === this.field.value))
    );
  }

  #complete({ from, to, insert }) {
    this.field.setRangeText(insert, from, to, "end");
    this.field.focus();
    this.#typed();
    this.list.close();
  }

  #shortcuts() {
    const label = "Shortcuts";
    const open = ({ currentTarget: control }) => {
      const offers = state.apps.flatMap((app) => [
        { heading: app.name },
        ...app.shortcuts
          .filter((shortcut) => shortcut.type === "global")
          .map((shortcut) => ({
            label: shortcut.name,
            act: () => useShortcut(app, shortcut, control),
          })),
        ...app.commands.map((each) => ({
          label: each.command,
          note: each.description,
          act: () =>
            this.#complete({ from: 0, to: this.field.value.length, insert: `${each.command} ` }),
        })),
      ]);
      openMenu(control, offers);
    };
    const attributes = {
      type: "button",
      class: "quiet",
      "aria-label": label,
      title: label,
      "aria-haspopup": "menu",
    };
    return h("button", { ...attributes, onclick: open }, icon("bolt"));
  }
}
