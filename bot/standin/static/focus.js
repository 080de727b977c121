/** Keeping the keyboard's place while what it stood on is drawn anew. */

const PLACES = ".messages, .home, .dialog-body";
const FIELDS = "a, button, input, select, summary, textarea";

const controls = (scope) => [...scope.querySelectorAll("[data-action]")];
const blockOf = (node) => node.closest("[data-block]")?.dataset.block;
const byTs = (ts) => `[data-ts="${CSS.escape(ts)}"]`;

/** Note what has the focus; the answer gives it back to the same control, or to what took its place. */
export function heldFocus() {
  const focused = document.activeElement;
  const place = focused?.closest(PLACES);
  if (!place) return () => {};
  const ts = focused.closest("[data-ts]")?.dataset.ts;
  const control = focused.closest("[data-action]");
  const scope = () => (ts ? place.querySelector(byTs(ts)) : place);
  const at = control ? controls(scope()).indexOf(control) : -1;
  const [action, block] = control ? [control.dataset.action, blockOf(control)] : [];

  return () => {
    const now = scope();
    if (document.activeElement === focused || !now) return;
    const there = controls(now);
    const same = there.find((each) => each.dataset.action === action && blockOf(each) === block);
    focus(same ?? there[at] ?? now);
  };
}

function focus(node) {
  const field = node.matches(FIELDS) ? node : node.querySelector(FIELDS);
  (node.hasAttribute("data-action") ? field : node)?.focus();
}
