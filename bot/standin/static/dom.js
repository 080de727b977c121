/** Building the page out of nodes. Text is only ever text: nothing here parses markup. */

/**
 * An element with attributes and children. Strings and numbers become text nodes; null, undefined
 * and false are left out. A function under `on…` listens; true is an attribute without a value.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...kept(children));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else if (name === "checked") element.checked = Boolean(value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

const kept = (children) =>
  children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && typeof child !== "boolean");

/** Put `children` in the place of whatever `parent` holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(...kept(children));
  return parent;
}

let numbers = 0;

/** An id that nothing else on the page has, to tie labels and errors to their fields. */
export const freshId = (stem) => `${stem}-${++numbers}`;

/** Tell those who listen with a screen reader. */
export function announce(words) {
  document.getElementById("news").textContent = words;
}

/** Call `act` when a pointer goes down outside of all `inside` nodes; answers how to stop. */
export function onOutside(inside, act) {
  const listen = (event) => {
    if (!inside.some((node) => node.contains(event.target))) act(event);
  };
  document.addEventListener("pointerdown", listen, true);
  return () => document.removeEventListener("pointerdown", listen, true);
}
