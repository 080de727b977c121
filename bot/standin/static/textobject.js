/** Text objects (https://docs.slack.dev/reference/block-kit/composition-objects/text-object). */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

/** The nodes of a text object. */
export function text(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, object);
  const lines = object.text.split("\n");
  const drawn = (line) => (object.emoji === false ? [line] : withEmoji(line));
  return lines.flatMap((line, i) => [...(i ? [h("br")] : []), ...drawn(line)]);
}
