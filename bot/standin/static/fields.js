/** Fields that are typed into: text, numbers, addresses, dates and times. */

import { hold } from "./dispatch.js";
import { h } from "./dom.js";

const TYPES = {
  plain_text_input: { type: "text" },
  number_input: { type: "text", inputmode: "decimal" },
  email_text_input: { type: "email", autocomplete: "off" },
  url_text_input: { type: "url", autocomplete: "off" },
};

/** A plain text, number, email or URL input. */
export function textField(element, block, surface, id) {
  const attributes = {
    ...TYPES[element.type],
    class: "field",
    id,
    placeholder: element.placeholder?.text,
    minlength: element.min_length,
    maxlength: element.max_length,
    autofocus: element.focus_on_load,
    "aria-label": id ? null : (element.placeholder?.text ?? "Text"),
    value: surface.held(block, element)?.value ?? element.initial_value ?? "",
    oninput: keep,
    onkeydown: onEnter,
  };
  const control = element.multiline
    ? h("textarea", { ...attributes, type: null, rows: 4 })
    : h("input", attributes);
  keep();
  return control;

  function keep() {
    surface.put(block, element, { value: control.value || null });
    const triggers = element.dispatch_action_config?.trigger_actions_on ?? [];
    if (block.dispatch_action && triggers.includes("on_character_entered")) act();
  }

  function onEnter(event) {
    if (event.key !== "Enter" || event.isComposing || element.multiline || !block.dispatch_action)
      return;
    event.preventDefault();
    act();
  }

  function act() {
    surface.act(block, element, { value: control.value }, control);
  }
}

/** A date picker or a time picker, as the browser draws it. */
export function picker(element, block, surface, id) {
  const kind = element.type === "datepicker" ? "date" : "time";
  const field = `selected_${kind}`;
  const initial = surface.held(block, element)?.[field] ?? element[`initial_${kind}`] ?? null;
  surface.put(block, element, { [field]: initial });
  const change = ({ currentTarget: control }) =>
    hold(surface, block, element, { [field]: control.value || null }, control);
  const label = id ? null : (element.placeholder?.text ?? kind);
  return h("input", {
    type: kind,
    class: "field",
    id,
    "aria-label": label,
    value: initial ?? "",
    onchange: change,
  });
}

/** A date with its time; Slack keeps it in seconds since the epoch. */
export function dateTime(element, block, surface, id) {
  const field = "selected_date_time";
  const initial = surface.held(block, element)?.[field] ?? element.initial_date_time ?? null;
  surface.put(block, element, { [field]: initial });
  const change = ({ currentTarget: control }) => {
    const chosen = control.value ? Math.floor(new Date(control.value) / 1000) : null;
    hold(surface, block, element, { [field]: chosen }, control);
  };
  const label = id ? null : "Date and time";
  const value = initial ? asLocal(initial) : "";
  return h("input", {
    type: "datetime-local",
    class: "field",
    id,
    "aria-label": label,
    value,
    onchange: change,
  });
}

function asLocal(seconds) {
  const moment = new Date(seconds * 1000);
  return new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
