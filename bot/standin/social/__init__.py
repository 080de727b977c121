"""A small social web on loopback: real servers, made-up people, and a brand's eventful week."""

from bot.standin.social.loopback import Fault
from bot.standin.social.posts import FORUM, HACKER_NEWS, MAGAZINE, MASTODON, TOOL, Author, Published
from bot.standin.social.shop import SHOP_SECRET
from bot.standin.social.tool import TOOL_SECRET
from bot.standin.social.web import SocialWeb

__all__ = [
    "FORUM",
    "HACKER_NEWS",
    "MAGAZINE",
    "MASTODON",
    "SHOP_SECRET",
    "TOOL",
    "TOOL_SECRET",
    "Author",
    "Fault",
    "Published",
    "SocialWeb",
]
