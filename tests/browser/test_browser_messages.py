"""What is said shows at once, as what it is and nothing more."""

from __future__ import annotations

import random

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp

from bot.standin import Message, Standin
from tests.browser.kit import Connect, Post, Visit, actions, button, section

pytestmark = pytest.mark.browser


async def test_an_empty_channel_says_what_will_happen(visit: Visit, connect: Connect) -> None:
    page = await visit()
    await expect(page.locator("#main .empty")).to_contain_text("Waiting for Vigie")
    await connect()
    await expect(page.locator("#main .empty")).to_contain_text("Vigie is listening.")
    await expect(page.locator("#sidebar .light-on")).to_be_visible()


async def test_a_message_appears_by_itself_and_changes_in_place(
    visit: Visit, post: Post, bolt: AsyncApp, standin: Standin
) -> None:
    page = await visit()
    ts = await post("Forty-one mentions in an hour")
    message = page.locator(".message")
    await expect(message).to_contain_text("Forty-one mentions in an hour")

    await bolt.client.chat_update(channel="C0STANDIN01", ts=ts, text="All is calm again")
    await expect(message).to_have_count(1)
    await expect(message).to_contain_text("All is calm again")

    await bolt.client.chat_delete(channel="C0STANDIN01", ts=ts)
    await expect(message).to_have_count(0)


async def test_a_channel_is_marked_until_it_is_read(visit: Visit, post: Post) -> None:
    page = await visit()
    care = page.get_by_role("link", name="care")
    await post("Somebody waits for an answer", channel="#care")
    await expect(care).to_have_class("unread ")
    await care.click()
    await expect(page.locator(".message")).to_contain_text("Somebody waits")
    await expect(care).not_to_have_class("unread ")


async def test_a_reader_further_up_is_told_instead_of_moved(visit: Visit, post: Post) -> None:
    for number in range(40):
        await post(f"Message {number}")
    page = await visit()
    await expect(page.get_by_text("Message 39")).to_be_in_viewport()
    await page.locator("#main .message").first.scroll_into_view_if_needed()
    await expect(page.get_by_text("Message 0", exact=True)).to_be_in_viewport()

    await post("The newest of all")
    pill = page.get_by_role("button", name="New messages")
    await expect(pill).to_be_visible()
    await expect(page.get_by_text("Message 0", exact=True)).to_be_in_viewport()
    await pill.click()
    await expect(page.locator(".message").last).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def test_a_message_taller_than_the_window_is_read_from_its_start(
    visit: Visit, post: Post, standin: Standin
) -> None:
    page = await visit()
    standin.person("Sam").post("#brand-watch", "Good morning")
    heard = page.locator(".message").get_by_text("Good morning")
    await expect(heard).to_be_visible()  # the page hears what is said
    lines = [f"Line {number}" for number in range(60)]
    await post("\n".join(["The first line", *lines, "The last line"]))
    await expect(page.locator(".message").last).to_contain_text("The last line")
    shown = "document.querySelector('#main .scroller').scrollTop > 0"
    assert await page.evaluate(shown)
    await expect(page.locator(".message .author").last).to_be_in_viewport()


async def test_a_thread_opens_beside_its_channel_and_is_answered_there(
    visit: Visit, post: Post, standin: Standin
) -> None:
    ts = await post("Who takes this?")
    page = await visit()
    standin.person("Sam").post("#brand-watch", "I can", thread_ts=ts)
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.locator(".message")).to_have_count(2)

    await thread.get_by_role("combobox").fill("Thank you!")
    await thread.get_by_role("combobox").press("Enter")
    await expect(thread.locator(".message")).to_have_count(3)
    await expect(page.get_by_role("button", name="2 replies")).to_be_visible()

    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_a_permalink_opens_its_message_for_whoever_reads(
    visit: Visit, post: Post, bolt: AsyncApp, standin: Standin
) -> None:
    ts = await post("Look at this one", channel="#care")
    answer = await bolt.client.chat_getPermalink(channel="C0STANDIN02", message_ts=ts)
    await post(f"<{answer['permalink']}|This> needs a look")
    page = await visit("Sam")
    await page.get_by_role("link", name="This").click()
    await expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Look at this")
    await expect(page.locator(".you-name")).to_contain_text("Sam Carter")

    await page.goto("about:blank")
    await page.goto(answer["permalink"])
    await expect(page.locator("#main .message")).to_contain_text("Look at this one")


async def test_a_reaction_is_shared(visit: Visit, post: Post) -> None:
    await post("We shipped it")
    camille, sam = await visit("Camille"), await visit("Sam")
    await camille.locator(".message").hover()
    await camille.get_by_role("button", name="Add a reaction").click()
    await camille.get_by_role("menuitem", name="tada").click()
    reaction = sam.get_by_role("button", name="tada, 1: Camille Roux")
    await reaction.click()
    await expect(camille.locator(".reaction")).to_contain_text("2")


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<!channel>",
    "[click](javascript:alert(1))",
)


async def test_what_people_type_stays_text(visit: Visit, standin: Standin) -> None:
    page = await visit()
    said = page.locator(".message .said")
    for words in HOSTILE:
        standin.person("Sam").post("#brand-watch", words)
        await expect(said.last).to_have_text(words)
    await expect(said.locator("script, img, svg, a, .mention")).to_have_count(0)


async def test_markup_in_blocks_stays_text(visit: Visit, post: Post) -> None:
    words = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    text = {"type": "text", "text": words}
    await post(
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": words}},
            {"type": "context", "elements": [{"type": "plain_text", "text": words}]},
            {"type": "markdown", "text": words},
            {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [text]}]},
            {"type": "table", "rows": [[{"type": "raw_text", "text": words}]]},
        ]
    )
    page = await visit()
    for look in (".block-header", ".block-context", ".block-rich >> nth=0", "blockquote", "th"):
        await expect(page.locator(f".message {look}")).to_have_text(words)
    await expect(page.locator(".blocks :is(script, img)")).to_have_count(0)


async def test_an_address_that_runs_code_is_never_a_link(visit: Visit, standin: Standin) -> None:
    bad = "javascript:alert(1)"
    leaf = {"type": "link", "url": bad, "text": "rich"}
    blocks = (
        section(f"<{bad}|click> and <https://example.com/fine|a fine one>"),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf]}]},
        {"type": "markdown", "text": f"[markdown]({bad})"},
        actions(button("Open", "open", url=bad)),
    )
    # past the Web API, which refuses such addresses itself
    author = standin.person("Sam").id
    standin.workspace.post(
        Message(channel="C0STANDIN01", ts="", user=author, text="", blocks=blocks)
    )
    page = await visit()
    await expect(page.locator(".blocks a")).to_have_count(1)
    await expect(page.locator(".blocks a")).to_have_attribute("href", "https://example.com/fine")
    await expect(page.locator(".blocks")).to_contain_text("rich")
    await expect(page.get_by_role("button", name="Open")).to_be_disabled()


async def test_no_text_whatever_becomes_an_element_that_acts(visit: Visit) -> None:
    """Ten thousand texts made of markup's own pieces, read as mrkdwn and as Markdown."""
    page = await visit()
    chance = random.Random(7)
    pieces = [*'*_~`<>|&;:[]()!@#\n" ', "&lt;", "javascript:", "<script>", "<img src=x onerror=y>"]
    pieces += ["https://a.example/", "```", "!date^1^{time}^", "a", "@U1", "&gt; ", ":eyes:"]
    texts = ["".join(chance.choices(pieces, k=chance.randint(1, 14))) for _ in range(10_000)]
    assert await foreign_tags(page, texts) == []


async def foreign_tags(page: Page, texts: list[str]) -> list[str]:
    """Elements of the drawn texts that text may not become."""
    return list(
        await page.evaluate(
            """async (texts) => {
              const { mrkdwn } = await import("/static/mrkdwn.js");
              const { markdown } = await import("/static/markdown.js");
              const harmless = "span, strong, em, s, code, pre, br, hr, p, ul, ol, li, time, "
                + "blockquote, a[href^='https://'], a[href^='#/']";
              const found = [];
              for (const text of texts) {
                for (const nodes of [mrkdwn(text), markdown(text)]) {
                  const box = document.createElement("div");
                  box.append(...nodes);
                  for (const element of box.querySelectorAll("*")) {
                    if (!element.matches(harmless)) found.push(`${element.outerHTML} in ${text}`);
                  }
                }
              }
              return found;
            }""",
            texts,
        )
    )


async def test_mrkdwn_is_read_as_slack_reads_it(visit: Visit) -> None:
    page = await visit()
    examples = {
        "*bold* _it_": "<strong>bold</strong> <em>it</em>",
        "~no~ `x*y*`": "<s>no</s> <code>x*y*</code>",
        "*bold _both_*": "<strong>bold <em>both</em></strong>",
        "2*3*4 and snake_case_name": "2*3*4 and snake_case_name",
        "* a star, _ a line": "* a star, _ a line",
        "&gt; quoted\nplain": "<blockquote>quoted</blockquote>plain",
        "one\ntwo": "one<br>two",
        "a &lt;b&gt; &amp;amp; c": "a &lt;b&gt; &amp;amp; c",
        "```\n*as it is*\n```": '<pre class="code-block">*as it is*</pre>',
    }
    drawn = await page.evaluate(
        """async (texts) => {
          const { mrkdwn } = await import("/static/mrkdwn.js");
          return texts.map((text) => {
            const box = document.createElement("div");
            box.append(...mrkdwn(text));
            return box.innerHTML;
          });
        }""",
        list(examples),
    )
    assert dict(zip(examples, drawn, strict=True)) == examples


async def test_a_message_a_little_taller_than_the_window_is_read_from_its_start_too(
    visit: Visit, post: Post, standin: Standin
) -> None:
    page = await visit()
    standin.person("Sam").post("#brand-watch", "Good morning")
    await expect(page.locator(".message")).to_have_count(1)
    scroller = page.locator("#main .scroller")
    room = await scroller.evaluate("it => it.clientHeight")
    line = 22
    await post("\n".join(f"Line {number}" for number in range(room // line)))
    last = page.locator(".message").last
    await expect(last).to_contain_text("Line 3")
    assert room < await last.evaluate("it => it.offsetHeight") < room + 60
    await expect(last.locator(".author")).to_be_in_viewport()
    await page.set_viewport_size({"width": 1278, "height": 719})
    await expect(last.locator(".author")).to_be_in_viewport()
