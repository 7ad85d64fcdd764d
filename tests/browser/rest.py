"""When a page has come to rest: loaded, with no request under way for a moment.

Playwright's ``networkidle`` waits half a second on every page, which the whole suite feels.
"""

from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, Request

QUIET = 0.1
"""Seconds without a request; a script that asks does so at once when its page is there."""
LONGEST = 45.0
ENDLESS = frozenset({"eventsource", "websocket"})


@dataclass
class Requests:
    """What a page is waiting for, and since when that is so."""

    under_way: set[Request] = field(default_factory=set)
    changed: float = field(default_factory=monotonic)

    def begun(self, one: Request) -> None:
        """Note a request, unless it never ends."""
        if one.resource_type not in ENDLESS:
            self.under_way.add(one)
            self.changed = monotonic()

    def ended(self, one: Request) -> None:
        """Note that a request was answered or given up."""
        self.under_way.discard(one)
        self.changed = monotonic()

    @property
    def are_quiet(self) -> bool:
        """Whether nothing has been asked for a moment."""
        return not self.under_way and monotonic() - self.changed >= QUIET


_followed: "WeakKeyDictionary[Page, Requests]" = WeakKeyDictionary()


def follow(page: Page) -> Page:
    """Watch what a page asks for, from before its first address."""
    requests = _followed[page] = Requests()
    page.on("request", requests.begun)
    page.on("requestfinished", requests.ended)
    page.on("requestfailed", requests.ended)
    return page


def at_rest(page: Page) -> Page:
    """Wait until a page is loaded and asks for nothing more."""
    requests, end = _followed.get(page), monotonic() + LONGEST
    if requests is None:
        page.wait_for_load_state("networkidle")
        return page
    page.wait_for_load_state("load")
    while not requests.are_quiet:
        assert monotonic() < end, sorted(one.url for one in requests.under_way)
        page.wait_for_timeout(QUIET * 500)
    return page
