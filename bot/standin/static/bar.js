/** The line above everything: what time it is here, and a way to have it be later. */

import { post } from "./api.js";
import { complain } from "./complaint.js";
import { announce, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { live } from "./moments.js";
import { on, state } from "./store.js";
import { dayAndTime, now } from "./time.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const STEPS = {
  "15 minutes": 15 * MINUTE,
  "1 hour": HOUR,
  "4 hours": 4 * HOUR,
  "1 day": 24 * HOUR,
};

const time = () => dayAndTime(now());

/** Draw the bar once it is known what time it is, and let a jump be seen. */
export function startBar() {
  on("state", draw);
  on("clock", tellJump);
}

function draw() {
  const bar = document.getElementById("bar");
  if (bar.childElementCount) return;
  const label = { "aria-haspopup": "menu", title: "Wind everybody’s clock on" };
  const later = h(
    "button",
    { type: "button", class: "later", ...label, onclick: open },
    icon("forward"),
    "Later…",
  );
  fill(bar, live("time", { class: "bar-time" }, time), later);
}

function open({ currentTarget: control }) {
  const steps = Object.entries(STEPS).map(([words, seconds]) => ({
    label: `${words} later`,
    act: () => goOn(seconds, control),
  }));
  openMenu(control, [{ heading: "Not part of Slack: the clock of this demo" }, ...steps]);
}

async function goOn(seconds, control) {
  const answer = await post("/page/later", { user: state.user, seconds });
  if (!answer.ok) complain(control, answer.error);
}

function tellJump() {
  announce(`It is now ${time()}.`);
  const shown = document.querySelector(".bar-time");
  shown?.classList.remove("jumped");
  void shown?.offsetWidth; // so that a second jump is seen as well
  shown?.classList.add("jumped");
}
