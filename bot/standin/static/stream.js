/** The workspace's events, as they happen; a lost line is picked up again and re-read. */

import { dropMessage, keepMessage, setClock, state, tell } from "./store.js";

const PAUSES = [500, 1000, 2000, 5000];

const DEEDS = {
  message: (event) => keepMessage(event.channel, event.message, true),
  message_changed: (event) => keepMessage(event.channel, event.message, false),
  thread_changed: (event) => keepMessage(event.channel, event.message, false),
  reaction: (event) => keepMessage(event.channel, event.message, false),
  message_deleted: (event) => dropMessage(event.channel, event.ts),
  view: (event) => tell("view", event),
  view_closed: (event) => tell("view_closed", event),
  channel({ channel }) {
    state.channels.set(channel.id, { ...state.channels.get(channel.id), ...channel });
    tell("channels");
  },
  home({ app, view }) {
    if (state.place?.kind !== "home" || state.place.id !== app) return;
    state.home = view;
    tell("home");
  },
  bot({ connected }) {
    state.botConnected = connected;
    for (const app of state.apps) app.connected = connected;
    tell("bot");
  },
  clock({ now }) {
    setClock(now);
    tell("clock");
  },
  social({ social }) {
    state.social = social;
    tell("social");
  },
};

let source = null;
let timer = 0;

/**
 * Listen as `user` instead of whoever it was; `reread` is called after every gap. Resolves once
 * the stream flows, so that what is read afterwards misses nothing, or once it failed to.
 */
export function listen(user, reread) {
  source?.close();
  clearTimeout(timer);
  return new Promise((settled) => connect(user, reread, 0, settled));
}

function connect(user, reread, attempt, settled) {
  let afterGap = attempt > 0;
  source = new EventSource(`/page/events?${new URLSearchParams({ user })}`);
  source.onopen = () => {
    streaming(true);
    attempt = 0;
    if (afterGap) reread();
    afterGap = false;
    settled();
  };
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    DEEDS[event.type]?.(event);
  };
  source.onerror = () => {
    streaming(false);
    source.close();
    settled();
    const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)];
    timer = setTimeout(() => connect(user, reread, attempt + 1, settled), pause);
  };
}

function streaming(now) {
  if (state.streaming === now) return;
  state.streaming = now;
  tell("streaming");
}
