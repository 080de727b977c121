/** What each person has read in each channel, kept in this browser. */

const key = (user, channel) => `read:${user}:${channel}`;

/** Note that everything up to `ts` was read; true where that is news. */
export function keepRead(user, channel, ts) {
  if (!ts || (localStorage.getItem(key(user, channel)) ?? "") >= ts) return false;
  localStorage.setItem(key(user, channel), ts);
  return true;
}

/** Whether the channel holds something that the person has not seen. */
export const isUnread = (user, channel) =>
  Boolean(channel.latest) && channel.latest > (localStorage.getItem(key(user, channel.id)) ?? "");
