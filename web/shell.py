"""What surrounds every page of a person signed in: counties, menu, counts, banners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import Flask, current_app, g, request, session
from sqlalchemy import Exists, Select, String, bindparam, exists, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from models.clock import business_now
from models.flow.definition import BASE, Definition, DefinitionStatus
from models.identity.actor import EVERYWHERE, PARTS, Actor
from models.identity.county import County
from models.message import unread_of
from models.session import reading
from processes.inbox import MOST_COUNTED, count_items
from processes.project_list import READERS as PROJECT_READERS
from processes.training_clock import may_move
from web.access import KEEPERS
from web.i18n import listed
from web.menu import COMPARISON, EMERGENCY, MATTERS, MENU, MenuGroup, MenuItem, role_title

SITE_NAME = "小额工程交易平台"


@dataclass(frozen=True)
class Choice:
    """A county that may be worked in."""

    code: str
    name: str
    is_whole: bool = False
    """Whether other counties belong to it: to look at it is to look at all of them."""

    def covers(self, code: str) -> bool:
        """Return whether to look at this county is to look at another, too."""
        return self.is_whole or code == self.code


class Shell:
    """The surroundings of one request; each part is looked up only when a template shows it."""

    site_name = SITE_NAME

    @property
    def actor(self) -> Actor | None:
        """Who is signed in."""
        who: Actor | None = g.get("actor")
        return who

    @property
    def is_keeper(self) -> bool:
        """Whether this person keeps the installation and has no part in cases."""
        return self.actor is not None and bool(self.actor.roles) and self.actor.roles <= KEEPERS

    @cached_property
    def counties(self) -> Sequence[Choice]:
        """The counties in which this person holds a role."""
        rows = self._surroundings
        held = {county for _, county in self.actor.grants} if self.actor else {EVERYWHERE}
        return [Choice(*row[:3]) for row in rows if EVERYWHERE in held or row.code in held]

    @cached_property
    def _surroundings(self) -> Sequence[Any]:
        """Every open county, and beside each the count of unread messages: one statement."""
        account = self.actor.account_id if self.actor else ""
        with reading() as database:
            return database.execute(_SURROUNDINGS, {"account": account}).all()

    @property
    def unread_count(self) -> int:
        """How many messages this person has not read, as far as they are counted."""
        return self._surroundings[0][3] if self._surroundings else 0

    @property
    def unread_words(self) -> str:
        """The count as it is shown: nothing for none, ``99+`` beyond what is counted."""
        return _bounded(self.unread_count)

    @cached_property
    def county(self) -> Choice | None:
        """The county one works in: the one chosen last, or the first."""
        asked = request.args.get("in", "")
        chosen = asked or session.get("county")
        named = [choice for choice in self.counties if choice.code == chosen]
        if asked and named:
            session["county"] = asked
        return next(iter(named or self.counties), None)

    @cached_property
    def menu(self) -> Sequence[MenuGroup]:
        """The menu of this person's roles, without pages this installation lacks."""
        roles = self.actor.roles if self.actor else frozenset()
        groups = [(title, [i for i in items if self._shows(i, roles)]) for title, items in MENU]
        return [(title, items) for title, items in groups if items]

    def _shows(self, item: MenuItem, roles: frozenset[str]) -> bool:
        if self.is_keeper and not item.for_keepers:
            return False
        if item.flow and not self._has_use(item.flow):
            return False
        return (not item.roles or bool(item.roles & roles)) and has_page(item.path)

    def _has_use(self, flow: str) -> bool:
        """Whether the county one works in has a flow; the whole city has what one of them has."""
        here = self.county
        rows = [one for one in self._surroundings if here and here.covers(one.code)]
        return any(getattr(one, flow) for one in rows)

    @cached_property
    def todo_count(self) -> int:
        """How many work items wait for this person, as far as they are counted."""
        if self.actor is None or self.is_keeper:
            return 0
        with reading() as database:
            return count_items(database, self.actor, "todo")

    @property
    def todo_words(self) -> str:
        """The count as it is shown: nothing for none, ``99+`` beyond what is counted."""
        return _bounded(self.todo_count)

    @property
    def role_line(self) -> str:
        """The party and the roles of this person in the county, in words."""
        if self.actor is None:
            return ""
        code = self.county.code if self.county else ""
        held = {role for role, county in self.actor.grants if county in (code, EVERYWHERE)}
        here = sorted(held - set(PARTS.values()))
        titles = listed(role_title(role) for role in here)
        return " · ".join(part for part in (self.actor.party_name, titles) if part)

    @property
    def is_training(self) -> bool:
        """Whether this installation rehearses: its clock can be moved, its acts bind nobody."""
        known: dict[str, Any] = current_app.extensions
        if "rehearses" not in known:
            known["rehearses"] = may_move(known["settings"])
        return bool(known["rehearses"])

    @property
    def now(self) -> datetime:
        """The time of the business, which a training clock may have moved."""
        return business_now()

    @property
    def searches(self) -> bool:
        """Whether this person may search projects from the top bar."""
        return self.actor is not None and bool(self.actor.roles & PROJECT_READERS)

    @property
    def is_safe_place(self) -> bool:
        """Whether the browser allows sealing here: https, or this very machine."""
        host = request.host.partition(":")[0]
        return request.is_secure or host in ("localhost", "127.0.0.1")

    def is_current(self, path: str) -> bool:
        """Return whether the menu item leads to the page shown, closer than any other item."""
        return path == self._current

    @cached_property
    def _current(self) -> str:
        leading = [i.path for _, items in self.menu for i in items if _leads_to(i.path)]
        return max(leading, key=len, default="")


def _bounded(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


BELOW = {"/work-items/": "/inbox/", "/cases/": "/projects/"}
"""Pages that are opened from a list and have an address of their own."""


def _leads_to(path: str) -> bool:
    above = next((to for start, to in BELOW.items() if request.path.startswith(start)), "")
    return request.path == path or (above or request.path).startswith(path.rstrip("/") + "/")


def _has_flow(key: str) -> Exists:
    """Return whether a county has a published flow, its own or the base's."""
    is_meant = Definition.is_matter if key == MATTERS else Definition.key == key
    return exists().where(
        is_meant,
        Definition.status == DefinitionStatus.PUBLISHED,
        Definition.county_code.in_((County.code, BASE)),
    )


def _surroundings() -> Select[Any]:
    is_whole = County.code.in_(select(County.parent_code).where(County.is_open))
    unread = unread_of(bindparam("account", type_=String))
    used = [_has_flow(key).label(key) for key in (COMPARISON, EMERGENCY, MATTERS)]
    query = select(County.code, County.name, is_whole, unread, *used).where(County.is_open)
    return query.order_by(County.code)


# Built once, because every page needs it: building costs more than running.
_SURROUNDINGS = _surroundings()


def install_shell(app: Flask) -> None:
    """Give every template its surroundings."""
    app.context_processor(_context)


def current_shell() -> Shell:
    """Return the surroundings of this request."""
    if "shell" not in g:
        g.shell = Shell()
    shell: Shell = g.shell
    return shell


def chosen_county() -> Choice | None:
    """Return the county that this visitor works in or looks at."""
    return current_shell().county


def has_page(path: str) -> bool:
    """Return whether this installation serves ``path``."""
    known: dict[str, bool] = current_app.extensions.setdefault("known_pages", {})
    if path not in known:
        known[path] = _is_served(path)
    return known[path]


def _is_served(path: str) -> bool:
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _context() -> dict[str, Any]:
    return {"shell": current_shell(), "actor": g.get("actor"), "has_page": has_page}
