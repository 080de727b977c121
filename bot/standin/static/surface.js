/** Where blocks stand, what was put into them, and how the app hears of it. */

import { post } from "./api.js";
import { confirmed } from "./confirm.js";
import { complain } from "./complaint.js";
import { state } from "./store.js";

/** A message or a view with blocks in it. `where` is the protocol's, `app` the app's id. */
export class Surface {
  constructor(where, app, before = {}) {
    this.where = where;
    this.app = app;
    /** what was put into the same elements when they were last drawn */
    this.before = before;
    /** {block_id: {action_id: {type, value…}}}, Slack's view.state.values */
    this.values = {};
  }

  /** What was put into an element before, if anything. */
  held(block, element) {
    const held = this.before[block.block_id]?.[element.action_id];
    return held?.type === element.type ? held : null;
  }

  /** Note what an element now holds. */
  put(block, element, held) {
    const inBlock = (this.values[block.block_id] ??= {});
    inBlock[element.action_id] = { type: element.type, ...held };
  }

  /**
   * Tell the app that somebody used an element; false where they thought better of it or the app
   * did not answer, which is then said beside `control`.
   */
  async act(block, element, payload, control) {
    if (element.confirm && !(await confirmed(element.confirm, control))) return false;
    control.setAttribute("aria-busy", "true");
    const answer = await post("/page/action", {
      user: state.user,
      app: this.app,
      where: this.where,
      block_id: block.block_id,
      action_id: element.action_id,
      element: { type: element.type, ...payload },
      values: this.values,
    });
    control.removeAttribute("aria-busy");
    if (!answer.ok) complain(control, answer.error);
    return answer.ok;
  }

  /** The app's options for what was typed; throws an Error with words where it gives none. */
  async options(block, element, value) {
    const answer = await post("/page/options", {
      user: state.user,
      where: this.where,
      block_id: block.block_id,
      action_id: element.action_id,
      value,
    });
    if (!answer.ok) throw new Error(answer.error);
    const groups = answer.option_groups ?? [];
    return [...(answer.options ?? []), ...groups.flatMap((group) => group.options)];
  }
}
