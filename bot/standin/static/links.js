/** Addresses that may be followed from here. */

import { h } from "./dom.js";
import { address, permalinked, route } from "./route.js";

const SCHEMES = ["http:", "https:", "mailto:"];

/** The address in full, or null where it must not be followed (javascript: and the like). */
export function safeUrl(given) {
  let parsed;
  try {
    parsed = new URL(given);
  } catch {
    return null;
  }
  return SCHEMES.includes(parsed.protocol) ? parsed.href : null;
}

/**
 * A link that opens beside the workspace, or null where the address must not be followed. The
 * workspace's own permalinks open in place, for whoever is looking.
 */
export function link(given, ...children) {
  const href = safeUrl(given);
  if (!href) return null;
  const own = permalinked(href);
  if (own) return h("a", { href: address({ ...own, user: route().user }) }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
