/**
 * Moments in words. Slack's `ts` is seconds since the epoch as a string. The page's own words are
 * English, so its dates are; a date that an app formatted is in the reader's language, as in Slack.
 * What is now is for the workspace's clock to say, which can be wound on, and not for the browser's.
 */

import { state } from "./store.js";

const ENGLISH = "en-GB";
const readers = () => state.me?.locale ?? navigator.language;
const moment = (ts) => new Date(Number(ts) * 1000);
const formatted = (date, options, locale = ENGLISH) =>
  new Intl.DateTimeFormat(locale, options).format(date);
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Seconds since the epoch, by the workspace's clock. */
export const now = () => (Date.now() + state.ahead) / 1000;

/** 14:05 */
export const clock = (ts) => formatted(moment(ts), { hour: "2-digit", minute: "2-digit" });

/** The whole date and time, for a tooltip. */
export const inFull = (ts) => formatted(moment(ts), { dateStyle: "full", timeStyle: "medium" });

/** Thu 26 Nov, 14:05 */
export const dayAndTime = (ts) => `${formatted(moment(ts), SHORT_DAY)}, ${clock(ts)}`;

/** The same for every moment of one day. */
export const dayOf = (ts) => moment(ts).toDateString();

/** Today, Yesterday, or the date. */
export const dayName = (ts) => capital(pretty(moment(ts)) ?? longDate(moment(ts)));

const longDate = (date) => formatted(date, { weekday: "long", day: "numeric", month: "long" });

function pretty(date, locale = ENGLISH) {
  const days = Math.round((midnight(date) - midnight(moment(now()))) / 86_400_000);
  if (Math.abs(days) > 1) return null;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

/** How long ago, roughly. */
export function ago(ts, locale = ENGLISH) {
  const seconds = Number(ts) - now();
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.round(seconds), "second");
}

const SHORT_DAY = { weekday: "short", day: "numeric", month: "short" };
const FULL = { year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };
const DIGITS = { year: "numeric", month: "2-digit", day: "2-digit" };
const FORMS = {
  date_num: (date) => formatted(date, DIGITS, readers()),
  date_slash: (date) => formatted(date, DIGITS, readers()),
  date: (date) => formatted(date, FULL, readers()),
  date_short: (date) => formatted(date, SHORT, readers()),
  date_long: (date) => formatted(date, { ...FULL, weekday: "long" }, readers()),
  time: (date) => formatted(date, { hour: "2-digit", minute: "2-digit" }, readers()),
  time_secs: (date) => formatted(date, { timeStyle: "medium" }, readers()),
  ago: (date) => ago(date.getTime() / 1000, readers()),
};

/**
 * A moment after Slack's date format, as in "{date_short_pretty} {time}"
 * (https://docs.slack.dev/messaging/formatting-message-text#date-formatting).
 */
export function dated(seconds, form) {
  const date = moment(seconds);
  return form.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name, isPretty) => {
    if (!(name in FORMS)) return whole;
    return (isPretty && pretty(date, readers())) || FORMS[name](date);
  });
}
