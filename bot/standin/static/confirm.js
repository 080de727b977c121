/** "Are you sure?", as an app words it. */

import { freshId, h } from "./dom.js";
import { text } from "./textobject.js";

/** Ask; resolves to whether the person said yes. The focus returns to `control`. */
export function confirmed(asked, control) {
  const title = freshId("confirm");
  const dialog = h(
    "dialog",
    { class: "dialog dialog-small", "aria-labelledby": title, role: "alertdialog" },
    h("h2", { id: title }, text(asked.title)),
    h("div", { class: "dialog-body said" }, text(asked.text)),
    h(
      "form",
      { method: "dialog", class: "dialog-foot" },
      h("button", { class: "button", value: "no" }, text(asked.deny)),
      h(
        "button",
        { class: `button button-${asked.style ?? "primary"}`, value: "yes" },
        text(asked.confirm),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      control.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}
