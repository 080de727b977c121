/** What the page knows, and the bell that rings when it changes. */

import { get } from "./api.js";
import { keepRead } from "./unread.js";

export const state = {
  user: "",
  me: null,
  team: null,
  users: new Map(),
  channels: new Map(),
  apps: [],
  social: null,
  botConnected: false,
  streaming: true,
  /** by how many milliseconds the workspace's clock is ahead of the browser's */
  ahead: 0,
  /** {kind: "channel", id} or {kind: "home", id: the app's} */
  place: null,
  /** the ts of the parent whose thread is open, or "" */
  thread: "",
  /** channel → Map of ts → message, for the channels that were read */
  messages: new Map(),
  /** Map of ts → message of the open thread, the parent included */
  replies: new Map(),
  home: null,
};

const listeners = new Map();

/** Call `listener` with the detail whenever `name` is told. */
export function on(name, listener) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(listener);
}

/** Tell everybody who listens to `name`. */
export function tell(name, detail = {}) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}

/** Read the workspace anew as `user` sees it; false, with a word, where it does not answer. */
export async function readState(user) {
  const answer = await get("/page/state", { user });
  if (!answer.ok) return answer;
  Object.assign(state, {
    user: answer.me.id,
    me: answer.me,
    team: answer.team,
    users: byId(answer.users),
    channels: byId([...answer.channels, ...answer.dms]),
    apps: answer.apps,
    social: answer.social,
    botConnected: answer.bot_connected,
  });
  setClock(answer.now);
  tell("state");
  return answer;
}

/** Take over the workspace's time, in seconds since the epoch. */
export function setClock(seconds) {
  state.ahead = seconds * 1000 - Date.now();
}

const byId = (things) => new Map(things.map((thing) => [thing.id, thing]));

/** What is being read → Map of ts → message, of those that the stream brings meanwhile. */
const meanwhile = new Map();

/** Read messages; what the stream brings before the answer is newer than it. */
async function readAs(key, path, query) {
  meanwhile.set(key, new Map());
  const answer = await get(path, query);
  const brought = meanwhile.get(key);
  meanwhile.delete(key);
  return [answer, new Map([...byTs(answer.messages ?? []), ...brought])];
}

/** Read the channel's messages. */
export async function readMessages(channel) {
  const { user } = state;
  const [answer, messages] = await readAs(channel, "/page/messages", { user, channel });
  if (answer.ok && user === state.user) {
    state.messages.set(channel, messages);
    tell("messages", { channel });
  }
  return answer;
}

/** Read the open thread. */
export async function readThread() {
  const { user, place, thread } = state;
  const query = { user, channel: place.id, ts: thread };
  const [answer, replies] = await readAs("thread", "/page/thread", query);
  if (answer.ok && user === state.user && thread === state.thread) {
    state.replies = replies;
    tell("thread");
  }
  return answer;
}

/** Open the app's Home: the app is told, and draws it. */
export async function readHome() {
  const { user, place } = state;
  const answer = await get("/page/home", { user, app: place.id });
  if (user === state.user && state.place === place) {
    // a view that the stream brought meanwhile is newer than this answer
    state.home = answer.ok ? (answer.view ?? state.home) : null;
    tell("home", { error: answer.ok ? "" : answer.error });
  }
}

const byTs = (messages) => new Map(messages.map((message) => [message.ts, message]));

/** Whether the message stands in its channel, rather than only in a thread. */
export const atChannelLevel = (message) =>
  !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";

/** Keep a message that came by the stream; `isNew` where it was just posted. */
export function keepMessage(channel, message, isNew) {
  if (atChannelLevel(message)) {
    state.messages.get(channel)?.set(message.ts, message);
    meanwhile.get(channel)?.set(message.ts, message);
    if (isNew) noteLatest(channel, message.ts);
    tell("messages", { channel, arrived: isNew ? message : null });
  }
  if (inOpenThread(channel, message)) {
    state.replies.set(message.ts, message);
    meanwhile.get("thread")?.set(message.ts, message);
    tell("thread", { arrived: isNew ? message : null });
  }
}

/** Forget a message that was deleted. */
export function dropMessage(channel, ts) {
  state.messages.get(channel)?.delete(ts);
  meanwhile.get(channel)?.delete(ts);
  tell("messages", { channel });
  if (state.place?.id === channel && state.replies.delete(ts)) tell("thread");
}

const inOpenThread = (channel, message) =>
  Boolean(state.thread) &&
  state.place?.id === channel &&
  (message.ts === state.thread || message.thread_ts === state.thread);

function noteLatest(channel, ts) {
  const known = state.channels.get(channel);
  if (known && (known.latest ?? "") < ts) known.latest = ts;
  if (state.place?.id === channel && !document.hidden) keepRead(state.user, channel, ts);
  tell("channels");
}

/** The user with this id, or a stand-in for one that is not known. */
export const person = (id) =>
  state.users.get(id) ?? { id, name: id, real_name: id, title: "", color: "#5b6b7a" };

/** The app that wrote a message or a view: the one whose bot user it is, or the first. */
export const appOf = (userId) =>
  state.apps.find((app) => app.bot_user_id === userId) ?? state.apps[0] ?? null;
