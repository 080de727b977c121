/** The windows that an app opens: a stack, of which the top is seen. */

import { post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { fill, freshId, h } from "./dom.js";
import { heldFocus } from "./focus.js";
import { icon } from "./icons.js";
import { on, state } from "./store.js";
import { Surface } from "./surface.js";
import { text } from "./textobject.js";

const NAME = freshId("modal");
const DEFAULT_CLOSE = { type: "plain_text", text: "Close" };

/** [{view, surface}], the lowest first */
let stack = [];
let shown = "";
let closing = "";
let giveBackToOpener = () => {};
const dialog = h("dialog", { class: "dialog", "aria-labelledby": NAME });

/** Listen for the app's windows. */
export function startModals() {
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismiss();
  });
  // a second Esc closes a dialog whatever its page says
  dialog.addEventListener("close", () => stack.length && dismiss());
  on("view", ({ view }) => show(view));
  on("view_closed", ({ view_id: id, all }) => {
    stack = all ? [] : stack.filter((entry) => entry.view.id !== id);
    draw();
  });
}

/** Forget every window: somebody else sits here now. */
export function forgetModals() {
  stack = [];
  draw();
}

function show(view) {
  const at = stack.findIndex((entry) => entry.view.id === view.id);
  if (at >= 0) stack[at] = { view, before: stack[at].surface?.values };
  else if (view.previous_view_id && stack.some((entry) => entry.view.id === view.previous_view_id))
    stack.push({ view });
  else stack = [{ view }];
  draw();
}

function draw() {
  const entry = stack.at(-1);
  if (!entry) return close();
  const where = { type: "view", view_id: entry.view.id };
  const before = entry.surface?.values ?? entry.before;
  entry.surface = new Surface(where, entry.view.app_id ?? state.apps[0]?.id, before);
  if (dialog.open && shown === entry.view.id) redraw(entry);
  else open(entry);
  shown = entry.view.id;
}

function redraw(entry) {
  const giveBackFocus = heldFocus();
  fill(dialog, form(entry));
  giveBackFocus();
}

function open(entry) {
  if (!dialog.open) giveBackToOpener = heldFocus();
  fill(dialog, form(entry));
  if (!dialog.open) dialog.showModal();
  firstField()?.focus();
}

function close() {
  if (!dialog.open) return;
  dialog.close();
  giveBackToOpener();
}

const firstField = () =>
  dialog.querySelector("[autofocus], .dialog-body :is(input, select, textarea, button)") ??
  dialog.querySelector(".dialog-foot button:last-child");

function form({ view, surface }) {
  const submits = view.submit || view.blocks.some((block) => block.type === "input");
  return h(
    "form",
    { novalidate: true, onsubmit: (event) => submit(event, view, surface) },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: NAME }, text(view.title)),
      h(
        "button",
        { type: "button", class: "quiet", "aria-label": "Close this window", onclick: dismiss },
        icon("close"),
      ),
    ),
    h("div", { class: "dialog-body blocks" }, drawBlocks(view.blocks, surface)),
    h("p", { class: "dialog-error", role: "alert" }),
    h(
      "footer",
      { class: "dialog-foot" },
      h(
        "button",
        { type: "button", class: "button", onclick: dismiss },
        text(view.close ?? DEFAULT_CLOSE),
      ),
      submits &&
        h(
          "button",
          { class: "button button-primary" },
          text(view.submit ?? { type: "plain_text", text: "Submit" }),
        ),
    ),
  );
}

async function submit(event, view, surface) {
  event.preventDefault();
  const button = dialog.querySelector(".dialog-foot .button-primary");
  if (!button || button.getAttribute("aria-busy")) return;
  clearErrors();
  button.setAttribute("aria-busy", "true");
  const answer = await post("/page/submit", {
    user: state.user,
    view_id: view.id,
    values: surface.values,
  });
  button.removeAttribute("aria-busy");
  if (!answer.ok) dialog.querySelector(".dialog-error").textContent = answer.error;
  else if (answer.result === "errors") showErrors(answer.errors);
}

function clearErrors() {
  dialog.querySelector(".dialog-error").textContent = "";
  for (const note of dialog.querySelectorAll(".field-error")) note.remove();
  for (const field of dialog.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

function showErrors(errors) {
  const faulty = Object.entries(errors).map(([block, words]) => showError(block, words));
  faulty.find(Boolean)?.focus();
}

function showError(blockId, words) {
  const block = dialog.querySelector(`[data-block="${CSS.escape(blockId)}"]`);
  if (!block) {
    dialog.querySelector(".dialog-error").textContent = words;
    return null;
  }
  const note = h("p", { class: "field-error", id: freshId("error") }, words);
  block.append(note);
  const field = block.querySelector("input, select, textarea, summary");
  field?.setAttribute("aria-invalid", "true");
  field?.setAttribute("aria-describedby", note.id);
  return field;
}

/** Close the window in front; the one beneath it, if any, is seen again. */
async function dismiss() {
  const entry = stack.at(-1);
  if (!entry || closing === entry.view.id) return;
  closing = entry.view.id;
  await post("/page/close", { user: state.user, view_id: entry.view.id });
  closing = "";
  stack = stack.filter((each) => each !== entry);
  draw();
}
