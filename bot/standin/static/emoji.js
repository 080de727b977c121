/** Slack's short names of emoji. Coloured discs are drawn by the page, for every font lacks some. */

import { h } from "./dom.js";

const TABLE = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 raised_hands 🙌 pray 🙏 wave 👋 handshake 🤝
ok_hand 👌 muscle 💪 point_right 👉 point_left 👈 point_up 👆 point_down 👇 eyes 👀 raising_hand 🙋
writing_hand ✍️ crossed_fingers 🤞 v ✌️ fist ✊ facepalm 🤦 shrug 🤷 bust_in_silhouette 👤
busts_in_silhouette 👥 smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rofl 🤣 blush 😊 wink 😉
heart_eyes 😍 slightly_smiling_face 🙂 upside_down_face 🙃 thinking_face 🤔 neutral_face 😐
confused 😕 worried 😟 disappointed 😞 cry 😢 sob 😭 angry 😠 rage 😡 scream 😱 sweat_smile 😅
sleeping 😴 zzz 💤 sunglasses 😎 nerd_face 🤓 partying_face 🥳 face_with_monocle 🧐 mask 😷
exploding_head 🤯 innocent 😇 robot_face 🤖 ghost 👻 skull 💀 heart ❤️ green_heart 💚 blue_heart 💙
yellow_heart 💛 purple_heart 💜 broken_heart 💔 sparkling_heart 💖 fire 🔥 sparkles ✨ star ⭐ star2 🌟
boom 💥 zap ⚡ tada 🎉 confetti_ball 🎊 gift 🎁 trophy 🏆 medal 🏅 first_place_medal 🥇 dart 🎯
rocket 🚀 bulb 💡 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 mute 🔇 speaker 🔈 sound 🔉
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎
heavy_plus_sign ➕ heavy_minus_sign ➖ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑
rotating_light 🚨 sos 🆘 construction 🚧 question ❓ grey_question ❔ exclamation ❗ bangbang ‼️
information_source ℹ️ red_circle 🔴 large_orange_circle 🟠 orange_circle 🟠 large_yellow_circle 🟡
yellow_circle 🟡 large_green_circle 🟢 green_circle 🟢 large_blue_circle 🔵 blue_circle 🔵
large_purple_circle 🟣 purple_circle 🟣 white_circle ⚪ black_circle ⚫ large_brown_circle 🟤
red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦
black_large_square ⬛ white_large_square ⬜ small_red_triangle 🔺 small_red_triangle_down 🔻
arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️ arrow_lower_right ↘️
arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️ hourglass ⌛ hourglass_flowing_sand ⏳
alarm_clock ⏰ stopwatch ⏱️ clock3 🕒 calendar 📆 date 📅 spiral_calendar_pad 🗓️ memo 📝 pencil 📝
pencil2 ✏️ clipboard 📋 bookmark 🔖 label 🏷️ pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗
lock 🔒 unlock 🔓 key 🔑 mag 🔍 mag_right 🔎 gear ⚙️ wrench 🔧 hammer 🔨 shield 🛡️ bug 🐛 package 📦
inbox_tray 📥 outbox_tray 📤 email 📧 envelope ✉️ speech_balloon 💬 thought_balloon 💭 telephone 📞
iphone 📱 computer 💻 newspaper 📰 books 📚 open_book 📖 bar_chart 📊 chart_with_upwards_trend 📈
chart_with_downwards_trend 📉 globe_with_meridians 🌐 earth_africa 🌍 sunny ☀️ partly_sunny ⛅
cloud ☁️ rain_cloud 🌧️ umbrella ☔ snowflake ❄️ rainbow 🌈 ocean 🌊 seedling 🌱 coffee ☕ cake 🍰
pizza 🍕 beers 🍻 ship 🚢 anchor ⚓ sailboat ⛵ compass 🧭 microphone 🎤 art 🎨 moneybag 💰 credit_card 💳
shopping_trolley 🛒 uk 🇬🇧 gb 🇬🇧 us 🇺🇸 flag-fr 🇫🇷 fr 🇫🇷 de 🇩🇪 es 🇪🇸 it 🇮🇹 eu 🇪🇺
`;

const words = TABLE.trim().split(/\s+/);
const GLYPHS = new Map(
  Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i], words[2 * i + 1]]),
);

const DISCS = new Map([
  ["🔴", "red"],
  ["🟠", "orange"],
  ["🟡", "yellow"],
  ["🟢", "green"],
  ["🔵", "blue"],
  ["🟣", "purple"],
  ["🟤", "brown"],
  ["⚪", "white"],
  ["⚫", "black"],
]);

/** What the reaction picker offers. */
export const COMMON = [
  "+1",
  "eyes",
  "white_check_mark",
  "raised_hands",
  "heart",
  "tada",
  "pray",
  "fire",
  "bulb",
  "thinking_face",
  "joy",
  "cry",
  "warning",
  "rocket",
  "clap",
  "wave",
];

const FOUND = /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?|[🔴🟠🟡🟢🔵🟣🟤⚪⚫]\ufe0f?/gu;

/** The emoji of a short name as a node, or null where the name is not known here. */
export function emoji(name) {
  const glyph = GLYPHS.get(name);
  return glyph ? drawn(glyph, name.replaceAll("_", " ")) : null;
}

function drawn(glyph, label) {
  const colour = DISCS.get(glyph.replace("\ufe0f", ""));
  const name = colour ? `${colour} circle` : label;
  const look = colour ? `emoji disc disc-${colour}` : "emoji";
  return h("span", { class: look, role: "img", "aria-label": name }, glyph);
}

/** Plain text as nodes, with `:short_names:` and coloured discs drawn. */
export function withEmoji(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(FOUND)) {
    const node = found[1] ? emoji(found[1]) : drawn(found[0], "");
    if (!node) continue;
    nodes.push(text.slice(end, found.index), node);
    end = found.index + found[0].length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== "");
}
