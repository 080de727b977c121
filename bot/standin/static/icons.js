/** The page's own line drawings, 20 units wide. */

const PATHS = {
  bolt: "M11 2.5 4.5 11H9l-1 6.5L15 9h-4.6z",
  close: "M5 5l10 10M15 5 5 15",
  copy: "M7 7V4h9v9h-3M4 7h9v9H4z",
  forward: "M3.5 5l6 5-6 5zM10.5 5l6 5-6 5z",
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5M8.5 16v-4h3v4",
  lock: "M5 9.5h10V16H5zM7 9.5V7a3 3 0 0 1 6 0v2.5",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  moon: "M15.5 12A6.5 6.5 0 0 1 8 4.5a6 6 0 1 0 7.5 7.5z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  rain: "M6 11.5a3 3 0 0 1 .4-6 4 4 0 0 1 7.5 1.1 2.5 2.5 0 0 1 .1 4.9M7 14l-1 2.5M10.5 13l-1.5 4M14 14l-1 2.5",
  reply: "M4 4.5h12v8.5H9l-3.5 3V13H4z",
  send: "M3.5 10 16.5 4l-4 12.5-3-5z",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7 11.5c1.5 2.4 4.5 2.4 6 0M7.7 8h.01M12.3 8h.01",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M15.3 4.7l-1.1 1.1M5.8 14.2l-1.1 1.1",
  chevron: "M6 8l4 4 4-4",
};

const SVG = "http://www.w3.org/2000/svg";

/** A drawing that says nothing by itself: its button has the label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
