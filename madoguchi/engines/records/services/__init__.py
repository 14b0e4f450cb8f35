"""What can be done with records: register, lend, tell a case without names. Every change happens here."""

from .children import child_party
from .entering import InterviewIn, KeeperIn, enter, keeper_party
from .forgetting import forget, forget_child
from .lending import extend, give_back, keep_thing, lend, lend_to
from .registering import accept, ask, ask_renewal, change, end, interview, refuse, renew
from .stories import StoryIn, ask_review, change_story, withdraw_story, write_story

__all__ = [
    "InterviewIn",
    "KeeperIn",
    "StoryIn",
    "accept",
    "ask",
    "ask_renewal",
    "ask_review",
    "change",
    "change_story",
    "child_party",
    "end",
    "enter",
    "extend",
    "forget",
    "forget_child",
    "give_back",
    "interview",
    "keep_thing",
    "keeper_party",
    "lend",
    "lend_to",
    "refuse",
    "renew",
    "withdraw_story",
    "write_story",
]
