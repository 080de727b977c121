/** The demo's other half: a small social web, and a way to make people post on it. */

import { post } from "./api.js";
import { fill, freshId, h } from "./dom.js";
import { openDrawer } from "./drawer.js";
import { icon } from "./icons.js";
import { link } from "./links.js";
import { on, state } from "./store.js";

const PHASES = {
  quiet: "a quiet day",
  launch: "a launch",
  crisis: "a crisis",
  calm: "calm again",
};
const LONGEST_POST = 500;
const KINDS = { complaint: "Complain", praise: "Praise", wave: "Start a wave" };
const ANSWERS = { answer: "Maison Lumo answers", write_back: "They write back" };
const LANGUAGES = { en: "English", fr: "Français" };

const panel = () => document.getElementById("rain");
const facts = h("div", { class: "rain-facts" });
let language = "en";

/** Keep the panel true. */
export function startRain() {
  on("social", drawFacts);
  on("state", drawFacts);
}

/** The button that opens the panel. */
export function rainButton() {
  return h(
    "button",
    {
      type: "button",
      class: "rain-button",
      "aria-expanded": !panel().hidden,
      "aria-controls": "rain",
      onclick: (event) => toggle(event.currentTarget),
    },
    icon("rain"),
    h("span", {}, h("strong", {}, "Make it rain"), h("small", {}, "The demo’s small social web")),
  );
}

function toggle(button) {
  const opens = panel().hidden;
  panel().hidden = !opens;
  button.setAttribute("aria-expanded", opens);
  if (!opens) return;
  openDrawer(false);
  draw();
  panel().querySelector("textarea").focus();
}

function close() {
  panel().hidden = true;
  const button = document.querySelector(".rain-button");
  button?.setAttribute("aria-expanded", "false");
  button?.focus();
}

function draw() {
  const words = h("textarea", {
    class: "field",
    rows: 2,
    maxlength: LONGEST_POST,
    "aria-label": "Your own words",
    placeholder: "Your own words, or leave it to chance…",
  });
  const outcome = h("p", { class: "rain-outcome", role: "status" });
  const button = ([kind, label]) =>
    h(
      "button",
      {
        type: "button",
        class: `button rain-${kind}`,
        onclick: (event) => rain(kind, words, outcome, event.currentTarget),
      },
      label,
    );
  panel().onkeydown = (event) => event.key === "Escape" && close();
  fill(
    panel(),
    h(
      "header",
      {},
      icon("rain"),
      h("h2", {}, "Make it rain"),
      h(
        "button",
        { type: "button", class: "quiet", "aria-label": "Close", onclick: close },
        icon("close"),
      ),
    ),
    h(
      "p",
      { class: "rain-what" },
      "Not part of Slack: this posts on the demo’s own social web, and the bot hears of it as it would of any other place.",
    ),
    languages(),
    words,
    h("div", { class: "rain-deeds" }, Object.entries(KINDS).map(button)),
    h("p", { class: "rain-what" }, "Or, in the thread of the newest complaint:"),
    h("div", { class: "rain-deeds rain-answers" }, Object.entries(ANSWERS).map(button)),
    outcome,
    facts,
  );
  drawFacts();
}

function languages() {
  const name = freshId("language");
  const choice = ([code, label]) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "radio",
        name,
        checked: code === language,
        onchange: () => (language = code),
      }),
      label,
    );
  return h(
    "div",
    { class: "rain-languages", role: "radiogroup", "aria-label": "Language" },
    Object.entries(LANGUAGES).map(choice),
  );
}

async function rain(kind, words, outcome, button) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const text = words.value.trim();
  const answer = await post("/page/rain", {
    user: state.user,
    kind,
    language,
    ...(text && { text }),
  });
  button.removeAttribute("aria-busy");
  outcome.classList.toggle("wrong", !answer.ok);
  outcome.textContent = answer.ok ? told(kind, answer.posted, text) : answer.error;
  if (answer.ok) words.value = "";
}

/** What was done, and what was not: the rest is the bot's affair. */
function told(kind, count, text) {
  const bot = state.apps[0]?.name ?? "The bot";
  if (!state.botConnected) return `Posted, but ${bot} is not connected to hear of it.`;
  if (kind in ANSWERS) return `Posted in the thread. ${bot} sees it when it next asks for what was answered there.`;
  return count === 1
    ? `Posted on the social web. ${bot} reads it within seconds; whether it raises an alert is for ${bot} to judge.${text ? " In a language whose mood it cannot read, it raises none." : ""}`
    : `${count} posts are on their way. ${bot} reads them as they come, and judges whether to raise an alert.`;
}

function drawFacts() {
  const { social } = state;
  if (!social) return;
  const posts = social.posts === 1 ? "1 post" : `${social.posts} posts`;
  fill(
    facts,
    h(
      "p",
      {},
      "It is ",
      h("strong", { class: `phase phase-${social.phase}` }, PHASES[social.phase] ?? social.phase),
      ` out there, with ${posts} so far.`,
    ),
    h(
      "ul",
      {},
      social.places.map((place) =>
        h("li", {}, link(place.url, place.name) ?? place.name, h("small", {}, ` ${place.kind}`)),
      ),
    ),
  );
}
