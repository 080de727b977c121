"""A Slack workspace on loopback: for newcomers in the browser, and for tests.

Unmodified slack_bolt and slack_sdk clients talk to it over HTTP and Socket Mode. It keeps
everything in memory, and refuses what Slack refuses, with Slack's codes and at Slack's rates.
"""

from bot.standin.errors import ApiError, Refusal, Unanswered
from bot.standin.faults import Fault, Faults
from bot.standin.limits import UNLIMITED, Rate, Rates
from bot.standin.messages import Message
from bot.standin.people import Person
from bot.standin.rain import Social
from bot.standin.residents import Channel, User
from bot.standin.server import Standin
from bot.standin.spec import AppSpec, Command, Example, Shortcut
from bot.standin.submission import Submitted
from bot.standin.views import View

__all__ = [
    "UNLIMITED",
    "ApiError",
    "AppSpec",
    "Channel",
    "Command",
    "Example",
    "Fault",
    "Faults",
    "Message",
    "Person",
    "Rate",
    "Rates",
    "Refusal",
    "Shortcut",
    "Social",
    "Standin",
    "Submitted",
    "Unanswered",
    "User",
    "View",
]
