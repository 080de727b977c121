/** Who looks at what, in the address: #/user/channel-or-app/thread. Two tabs can be two people. */

/** {user, place, thread}, "" for what the address does not say. */
export function route() {
  const [user = "", place = "", thread = ""] = location.hash
    .replace(/^#\//, "")
    .split("/")
    .map(decodeURIComponent);
  return { user, place, thread };
}

/** The address of a place for a person. */
export function address({ user, place, thread = "" }) {
  return `#/${[user, place, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** Go there; the change of address does the rest. */
export function go(change) {
  location.hash = address({ ...route(), thread: "", ...change });
}

/**
 * {place, thread} of one of the workspace's permalinks (…/archives/C1/p1700000000000100), or null.
 * It is the message's own thread that opens, or the one that the message is a reply in.
 */
export function permalinked(href) {
  const { origin, pathname, searchParams } = new URL(href);
  const found = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (origin !== location.origin || !found) return null;
  const [, place, seconds, micros] = found;
  return { place, thread: searchParams.get("thread_ts") ?? `${seconds}.${micros}` };
}
