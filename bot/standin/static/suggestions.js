/** What the composer offers while one types: commands after "/", people after "@". Pure of the page. */

import { avatar } from "./people.js";
import { state } from "./store.js";

const commands = () => state.apps.flatMap((app) => app.commands);

/** The command that the text begins with, typed out, or null. */
export const commandAt = (text) =>
  commands().find(({ command }) => text === command || text.startsWith(`${command} `)) ?? null;

/** Items {label, hint?, note?, offered?, from, to, insert} for the text before the caret. */
export function suggestions(text, caret, inThread) {
  const before = text.slice(0, caret);
  if (/^\/\S*$/.test(before)) return inThread ? [] : commandsLike(before);
  if (before.startsWith("/")) return inThread ? [] : examplesLike(before);
  const named = /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u.exec(before);
  return named ? peopleLike(named[1].toLocaleLowerCase(), caret) : [];
}

function commandsLike(typed) {
  return commands()
    .filter(({ command }) => command.startsWith(typed))
    .map(({ command, description, usage_hint: hint }) => ({
      label: command,
      hint,
      note: description,
      from: 0,
      to: typed.length,
      insert: `${command} `,
    }));
}

/** Lines to try; they are `offered`: Enter sends what was typed. */
function examplesLike(typed) {
  return commands()
    .flatMap(({ examples }) => examples)
    .filter(({ line }) => line.startsWith(typed) && line !== typed)
    .map(({ line, note }) => ({
      label: line,
      note,
      offered: true,
      from: 0,
      to: typed.length,
      insert: line,
    }));
}

function peopleLike(typed, caret) {
  const fits = (user) =>
    [user.name, ...user.real_name.split(" ")].some((name) =>
      name.toLocaleLowerCase().startsWith(typed),
    );
  return [...state.users.values()].filter(fits).map((user) => ({
    label: [avatar(user, "tiny"), " ", user.real_name],
    hint: `@${user.name}`,
    note: user.title,
    from: caret - typed.length - 1,
    to: caret,
    insert: `@${user.name} `,
  }));
}
