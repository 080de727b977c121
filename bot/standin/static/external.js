/** Selects whose options the app supplies while one types. */

import { complain } from "./complaint.js";
import { hold } from "./dispatch.js";
import { fill, h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { asOffer, choiceField, initially } from "./options.js";
import { text } from "./textobject.js";

const PAUSE = 250;

/** An external_select, or a multi_external_select with its choices as chips. */
export function externalSelect(element, block, surface, id) {
  const field = choiceField(element);
  const many = field.endsWith("s");
  const initial = initially(element, block, surface);
  let chosen = many ? [...initial] : [initial].filter(Boolean);
  let timer = 0;

  const typed = h("input", {
    class: "field",
    id,
    type: "text",
    autocomplete: "off",
    placeholder: element.placeholder?.text ?? "Type to search…",
    oninput: later,
    onfocus: later,
    onblur: () => list.close(),
    onkeydown: (event) => list.onKey(event),
  });
  const chips = h("div", { class: "chips" });
  const list = new Listbox(typed, pick);
  surface.put(block, element, held());
  show();
  return h("div", { class: "external" }, chips, typed, list.root);

  function held() {
    return { [field]: many ? chosen : (chosen[0] ?? null) };
  }

  function later() {
    clearTimeout(timer);
    const enough = typed.value.length >= (element.min_query_length ?? 3);
    if (enough) timer = setTimeout(ask, PAUSE);
    else list.close();
  }

  async function ask() {
    const value = typed.value;
    try {
      const options = await surface.options(block, element, value);
      if (value !== typed.value || document.activeElement !== typed) return;
      list.open(options.map((option) => ({ ...asOffer(option), label: text(option.text) })));
    } catch (error) {
      complain(typed, error.message);
    }
  }

  function pick({ choice }) {
    const others = many ? chosen.filter((each) => each.value !== choice.value) : [];
    chosen = [...others, choice];
    typed.value = "";
    changed();
  }

  function changed() {
    show();
    hold(surface, block, element, held(), typed);
  }

  function show() {
    fill(chips, chosen.map(chip));
  }

  function chip(option) {
    const drop = () => {
      chosen = chosen.filter((each) => each !== option);
      changed();
      typed.focus();
    };
    const label = `Remove ${option.text.text}`;
    return h(
      "button",
      { type: "button", class: "chip", "aria-label": label, onclick: drop },
      text(option.text),
      " ×",
    );
  }
}
