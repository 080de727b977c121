/** When an element tells the app by itself. */

/** Keep what the element now holds, and act unless its block is an input that waits for submit. */
export function hold(surface, block, element, held, control) {
  surface.put(block, element, held);
  if (block.type !== "input" || block.dispatch_action) surface.act(block, element, held, control);
}
