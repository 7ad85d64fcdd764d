"""The filters of public lists: values live in the address; a bad one is told and left out."""

from datetime import date
from functools import cached_property

from flask import request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.project import Project
from web.shell import chosen_county

BAD_DATE = "日期的写法应为2026-11-20，没有按日期筛选，请改正后重新查询。"
LONGEST = 100
MOST_TYPES = 50
EVERYWHERE = "all"


class PublicFilters:
    """What the address asks for, and the addresses that lead on from it."""

    def __init__(self, *names: str) -> None:
        self.values = {name: request.args.get(name, "").strip()[:LONGEST] for name in names}
        self.cursor = request.args.get("cursor") or None
        self.problem = ""

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @cached_property
    def chosen(self) -> str:
        """The county the list shows: the one in the address, or the one chosen in the head."""
        given = self.values.get("county")
        if given:
            return given
        county = chosen_county()
        return EVERYWHERE if county is None or county.is_whole else county.code

    @property
    def county(self) -> str:
        """The code to narrow by; empty for all counties."""
        return "" if self.chosen == EVERYWHERE else self.chosen

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the county narrows the list."""
        return any(value for name, value in self.values.items() if name not in ("county", "kind"))

    def day(self, name: str) -> date | None:
        """Return a date of the address; a false one is told on the page and left out."""
        try:
            return date.fromisoformat(self.values[name]) if self.values[name] else None
        except ValueError:
            self.problem = BAD_DATE
            return None

    def but(self, **changes: str | None) -> dict[str, str | None]:
        """Return the parameters of this list's address with some of them changed."""
        asked: dict[str, str | None] = {name: value or None for name, value in self.values.items()}
        return {**asked, "county": self.chosen, **changes}


def works_types(session: Session) -> list[str]:
    """Return the kinds of works that were ever announced, for a filter: one look-up for each."""
    announced = Project.announced_at.is_not(None)
    first = select(func.min(Project.works_type).label("name")).where(announced)
    kinds = first.cte("kinds", recursive=True)
    after = select(func.min(Project.works_type)).where(announced, Project.works_type > kinds.c.name)
    kinds = kinds.union_all(select(after.scalar_subquery()).where(kinds.c.name.is_not(None)))
    query = select(kinds.c.name).where(kinds.c.name.is_not(None)).limit(MOST_TYPES)
    return list(session.scalars(query))
