/** Block Kit's interactive elements (https://docs.slack.dev/reference/block-kit/block-elements). */

import { button, overflow } from "./buttons.js";
import { checkboxes, radios } from "./choices.js";
import { h } from "./dom.js";
import { dateTime, picker, textField } from "./fields.js";
import { externalSelect } from "./external.js";
import { multiSelect } from "./multi.js";
import { select } from "./selects.js";

const ELEMENTS = {
  button,
  workflow_button: button,
  overflow,
  static_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  external_select: externalSelect,
  multi_static_select: multiSelect,
  multi_users_select: multiSelect,
  multi_conversations_select: multiSelect,
  multi_channels_select: multiSelect,
  multi_external_select: externalSelect,
  radio_buttons: radios,
  checkboxes,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: dateTime,
  plain_text_input: textField,
  number_input: textField,
  email_text_input: textField,
  url_text_input: textField,
};

/**
 * The control of one element. It writes what it holds into the surface, and acts at once unless
 * its block is an input that does not dispatch. `id` is the control's, for a label.
 */
export function element(element, block, surface, id) {
  const draw = ELEMENTS[element.type];
  if (!draw) {
    return h(
      "p",
      { class: "block-note" },
      `An element of the type “${element.type}” is not drawn here.`,
    );
  }
  const made = draw(element, block, surface, id);
  if (element.action_id) made.dataset.action = element.action_id;
  return made;
}
