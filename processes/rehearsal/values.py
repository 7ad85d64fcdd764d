"""What stands for ids, papers and moments in an act or a sample: strings that begin with ``$``.

``$party:contractor1`` ``$account:monitor`` ``$name:contractor1`` ``$code:contractor1``
``$file:合同.pdf`` ``$stale_file:申请表.pdf`` ``$today+1`` ``$now-2h`` ``$project.title``; and two
tables: ``{"$at" = {rule = "notice.minimum_period", working_days = 1, time = "15:00"}}`` for a
moment by working days, ``{"$each" = {contractor1 = {…}, "*" = {…}}}`` for rows told by their party,
in which ``$row`` is the row's number.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models.calendar import load_calendar
from models.clock import CHINA, business_now
from models.flow.instance import Instance
from models.flow.rules import load_rules
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.identity.actor import Actor
from models.identity.party import Party
from models.letter import Letter, LetterKind, shown_code
from models.project import Project
from models.session import reading
from processes.rehearsal import cast
from processes.rehearsal.errors import ActWrongError, PersonUnknownError

if TYPE_CHECKING:
    from processes.rehearsal.world import World

EACH, REST, AT, ROW = "$each", "*", "$at", "$row"
AT_KEYS = frozenset({"working_days", "days", "hours", "minutes", "rule", "time", "date"})
SPAN_KEYS = frozenset({"days", "hours", "minutes"})
TIMED = re.compile(r"\$(today|now)(?:([+-])(\d{1,4})([dhm]?))?")
UNITS = {"": "days", "d": "days", "h": "hours", "m": "minutes"}
PAPERS = ("$file:", "$stale_file:")


def is_paper(value: object) -> bool:
    """Return whether a value stands for a paper that is yet to be uploaded."""
    return isinstance(value, str) and value.startswith(PAPERS)


def paper_named(written: str) -> list[dict[str, Any]]:
    """Return what stands on a page for a paper that is uploaded when the step is done."""
    return [{"id": written, "sha256": "", "name": written.partition(":")[2], "size": 0}]


def named_paper(given: list[Any]) -> str:
    """Return the paper that stood on a page, or nothing when the list is another one."""
    first = given[0] if given else None
    found = first.get("id") if isinstance(first, Mapping) else None
    return str(found) if is_paper(found) else ""


class Values:
    """Resolves what an act writes symbolically, for one person at one step.

    Papers stay as they are written: they are uploaded when their field turns out to be shown.
    """

    def __init__(self, world: "World", item: WorkItem | None, person: Actor) -> None:
        self.world, self.item, self.person = world, item, person

    def value(self, given: Any, stored: Any = None) -> Any:  # noqa: ANN401 - any JSON value
        """Return one value; a list may ask for the rows that are stored."""
        if isinstance(given, str):
            return self._text(given)
        if isinstance(given, list):
            return named_paper(given) or [self.value(one) for one in given]
        if isinstance(given, Mapping):
            return self._table(given, stored)
        return written(given)

    def _table(self, given: Mapping[str, Any], stored: Any) -> Any:  # noqa: ANN401
        if EACH in given:
            return self._each(given[EACH], stored)
        if AT in given:
            return self.moment(given[AT])
        return {name: self.value(one) for name, one in given.items()}

    def _text(self, given: str) -> Any:  # noqa: ANN401 - ids, texts or numbers
        if not given.startswith("$") or is_paper(given):
            return given
        if timed := TIMED.fullmatch(given):
            return self._timed(*timed.groups())
        if given.startswith("$project."):
            return self.project(given.removeprefix("$project."))
        symbol, _, name = given.partition(":")
        known: dict[str, Callable[[str], str]] = {
            "$party": lambda who: self.party(who).id,
            "$name": lambda who: self.party(who).name,
            "$code": lambda who: self.party(who).credit_code,
            "$account": self.account,
        }
        if symbol not in known:
            raise ActWrongError(
                reason=f"不认识“{given}”，可用：{'、'.join(known)}、$file、$today、$now"
            )
        return known[symbol](name)

    def _timed(self, kind: str, sign: str | None, count: str | None, unit: str | None) -> str:
        span = timedelta(**{UNITS[unit or ""]: int(count or 0)})
        moment = self.world.now - span if sign == "-" else self.world.now + span
        return moment.date().isoformat() if kind == "today" else local(moment)

    def _each(self, rows: Mapping[str, Any], stored: Any) -> list[Any]:  # noqa: ANN401
        """Return a row for each that is stored, by the party that is named in it."""
        by_party = {
            key: row for name, row in rows.items() if name != REST for key in self._keys(name)
        }
        found = []
        for number, one in enumerate(stored or [], 1):
            held = [by_party[key] for key in map(str, one.values()) if key in by_party]
            row = held[0] if held else rows.get(REST, {})
            told = {name: number if value == ROW else value for name, value in row.items()}
            found.append(self.value(told))
        return found

    def _keys(self, name: str) -> list[str]:
        party = self.party(name)
        return [party.id, party.name, party.credit_code]

    def account(self, name: str) -> str:
        """Return the id of an account of the cast."""
        with reading() as session:
            query = select(Account.id).where(Account.username == cast.username(name))
            found = session.scalar(query)
            if found is None:
                raise PersonUnknownError(name=name, known="、".join(cast.known(session)))
            return found

    def party(self, name: str) -> Party:
        """Return the organisation of somebody of the cast."""
        with reading() as session:
            query = (
                select(Party)
                .join(Account, Account.party_id == Party.id)
                .where(Account.username == cast.username(name))
            )
            found = session.scalar(query)
            if found is None:
                raise PersonUnknownError(name=name, known="、".join(cast.known(session)))
            return found

    def paper(self, written: str) -> list[dict[str, Any]]:
        """Upload a small paper as this person, with the check code of the case's letter on it."""
        symbol, _, name = written.partition(":")
        lines = [name.rpartition(".")[0] or name, *self._codes(is_first=symbol == "$stale_file")]
        return self.world.player.upload(self.person.username, name, *lines)

    def _codes(self, *, is_first: bool) -> list[str]:
        if self.item is None:
            return []
        query = (
            select(Letter.code)
            .where(
                Letter.instance_id == self.item.instance_id,
                Letter.kind == LetterKind.ENTRY_APPLICATION,
            )
            .order_by(Letter.issued_at, Letter.voided_at.is_(None))
        )
        with reading() as session:
            codes = session.scalars(query).all()
        return [f"核验码 {shown_code(codes[0 if is_first else -1])}"] if codes else []

    def moment(self, given: Any) -> str:  # noqa: ANN401 - a span as an act writes it
        """Return a moment as a form's field holds it: a span from now, or from a rule's days."""
        if not isinstance(given, Mapping) or set(given) - AT_KEYS:
            raise ActWrongError(reason=f"$at 里可用：{'、'.join(sorted(AT_KEYS))}")
        days = int(given.get("working_days", 0)) + self._days_of(given.get("rule"))
        until = self.world.now + timedelta(**{name: given[name] for name in SPAN_KEYS & set(given)})
        with reading() as session:
            calendar = load_calendar(session)
            until = calendar.add_to_moment(until, days) if days else until
            if "time" in given:
                clock = time.fromisoformat(str(given["time"]))
                # an earlier time of the last day would cut the period short
                if clock < until.time() and days:
                    until = calendar.add_to_moment(until, 1)
                until = datetime.combine(until.date(), clock, CHINA)
        return until.date().isoformat() if given.get("date") else local(until)

    def _days_of(self, rule: object) -> int:
        if not rule:
            return 0
        with reading() as session:
            county, on = self.world.county, business_now().date()
            return int(str(load_rules(session, county, on).rule(str(rule)).value))

    def project(self, name: str) -> Any:  # noqa: ANN401 - a column of the project
        """Return a fact of the project of this step, or of the world's first case."""
        with reading() as session:
            project = session.get(Project, self._project_id(session) or "")
            if project is not None and name == "price":
                return project.award_price or project.ceiling_price
            if project is None or name not in inspect(Project).columns:
                raise ActWrongError(reason=f"项目没有“{name}”这一项")
            found = getattr(project, name)
            return getattr(found, "value", found)

    def _project_id(self, session: Session) -> str | None:
        if self.item is not None and self.item.project_id:
            return self.item.project_id
        case = self.world.cases[0] if self.world.cases else ""
        instance = session.get(Instance, case)
        return instance.project_id if instance else None


def written(given: Any) -> Any:  # noqa: ANN401 - a scalar of TOML
    """Return a scalar as a form's field holds it."""
    if isinstance(given, datetime):
        return local(given.replace(tzinfo=CHINA) if given.tzinfo is None else given)
    return given.isoformat() if isinstance(given, date | time) else given


def local(moment: datetime) -> str:
    """Return a moment as the forms' fields hold it."""
    return moment.astimezone(CHINA).replace(tzinfo=None).isoformat(timespec="minutes")
