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

/** Turn the address of a permalink (?channel=C1&ts=1.2) into one of ours, for `user`. */
export function adoptPermalink(user) {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("channel")) return;
  const place = asked.get("channel");
  history.replaceState(null, "", `/${address({ user, place, thread: asked.get("ts") ?? "" })}`);
}
