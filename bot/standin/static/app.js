/** The start, and who looks at what. */

import { startBanner } from "./banner.js";
import { startBar } from "./bar.js";
import { isInView, openChannel, revealMessage, startChannel } from "./channel.js";
import { h } from "./dom.js";
import { startDrawer } from "./drawer.js";
import { openHome, startHome } from "./home.js";
import { forgetModals, startModals } from "./modal.js";
import { startMoments } from "./moments.js";
import { startRain } from "./rain.js";
import { address, route } from "./route.js";
import { startSidebar } from "./sidebar.js";
import { on, readHome, readMessages, readState, readThread, state, tell } from "./store.js";
import { listen } from "./stream.js";
import { applyTheme } from "./theme.js";
import { openThread, startThread } from "./thread.js";
import { isUnread } from "./unread.js";

async function start() {
  applyTheme();
  for (const begin of [
    startMoments,
    startBar,
    startDrawer,
    startRain,
    startSidebar,
    startBanner,
    startChannel,
    startThread,
    startHome,
    startModals,
  ])
    begin();
  for (const change of ["channels", "place", "state"]) on(change, nameTab);
  addEventListener("hashchange", follow);
  document.querySelector(".skip").addEventListener("click", skip);
  await follow();
  document.getElementById("workspace").removeAttribute("data-loading");
}

/** The address says who looks at what: a link to the field must not change it. */
function skip(event) {
  event.preventDefault();
  document.getElementById("composer")?.focus();
}

/** Make the page what the address says. */
async function follow() {
  const wanted = route();
  // an address without a person is for whoever is here
  if (!state.me || (wanted.user && wanted.user !== state.user)) {
    if (!(await become(wanted.user))) return;
  }
  const { user, place, thread } = route();
  const known = placeOf(place) ?? placeOf(firstPlace());
  if (user !== state.user || known.id !== place) {
    history.replaceState(
      null,
      "",
      address({ user: state.user, place: known.id, thread: known.id === place ? thread : "" }),
    );
  }
  await show(known, known.kind === "channel" ? route().thread : "");
}

/** Take a person's seat ("": the first resident's): everything is read anew. */
async function become(user) {
  forgetModals();
  await listen(user, reread);
  const answer = await readState(user);
  if (!answer.ok) return user ? become("") : refuse(answer.error);
  Object.assign(state, { place: null, thread: "", messages: new Map() });
  return true;
}

async function show(place, thread) {
  const moved = state.place?.id !== place.id;
  const turned = moved || state.thread !== thread;
  Object.assign(state, { place: moved ? place : state.place, thread });
  if (moved) {
    tell("place");
    await (place.kind === "home" ? openHome() : openChannel());
  }
  if (turned) {
    await openThread();
    if (thread && (moved || !isInView(thread))) revealMessage(thread);
  }
}

/** After a gap in the stream, anything may have happened. */
async function reread() {
  const answer = await readState(state.user);
  if (!answer.ok || !state.place) return;
  if (state.place.kind === "home") await readHome();
  else await readMessages(state.place.id);
  if (state.thread) await readThread();
}

function placeOf(id) {
  if (state.channels.has(id)) return { kind: "channel", id };
  return state.apps.some((app) => app.id === id) ? { kind: "home", id } : null;
}

const firstPlace = () => [...state.channels.keys()][0] ?? state.apps[0].id;

function nameTab() {
  if (!state.me) return;
  const unread = [...state.channels.values()].filter((channel) =>
    isUnread(state.user, channel),
  ).length;
  const here = state.channels.get(state.place?.id)?.name ?? state.apps[0]?.name ?? "";
  document.title = `${unread ? `(${unread}) ` : ""}${here} · ${state.team.name} · ${state.me.real_name}`;
}

function refuse(words) {
  const again = h(
    "button",
    { type: "button", class: "button", onclick: () => location.reload() },
    "Try again",
  );
  document
    .getElementById("main")
    .replaceChildren(
      h(
        "div",
        { class: "empty" },
        h("strong", {}, "The workspace cannot be shown."),
        h("p", {}, words),
        again,
      ),
    );
  return false;
}

start();
