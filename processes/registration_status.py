"""Registration status (报名情况) of comparisons: counts and names from the moment they are open.

Until then nothing here reads a sealed row: what a page shows cannot depend on who registered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, to_china
from models.errors import ConflictError
from models.identity.actor import Actor
from models.identity.party import Party
from models.project import Project, SelectionMethod
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.tables import Draw, Mask
from processes.disclosure import HiddenProjectError

NAMES, COUNT = "interests", "interest_count"
"""The masks under which they lie."""
ORGANISERS = {"owner": "owner_id", "agency": "agency_id"}
WATCHERS = ("regulator", "oversight_authority")
READERS = (*ORGANISERS, *WATCHERS)
NOT_YET = (ComparisonState.PREPARING, ComparisonState.PLANNED)
TOLD_TO_ONESELF = (ComparisonState.PUBLISHED, ComparisonState.UNSUCCESSFUL)
ENDINGS = {"published": "结果公布", "frozen": "报名截止"}


class NamesHiddenError(ConflictError):
    """The names are asked for before the county's rule opens them."""

    message = "报名企业现在不公开，不能导出。{waits}"


@dataclass(frozen=True, kw_only=True)
class RoundStatus:
    """One round of a comparison as whoever may see it sees it now."""

    comparison: Comparison
    draw: Draw
    masks: Mapping[str, Mask]

    @property
    def number(self) -> int:
        """The round as people count, from one."""
        return self.draw.round + 1

    @property
    def closes_at(self) -> datetime | None:
        """Until when registration is taken."""
        return self.draw.freeze_at

    @property
    def is_announced(self) -> bool:
        """Whether registration has been opened by a notice."""
        return self.comparison.state not in NOT_YET

    @property
    def is_open(self) -> bool:
        """Whether registration is taken now, by the clock and not by a state."""
        registering = self.comparison.state is ComparisonState.REGISTERING
        return registering and self.closes_at is not None and business_now() < self.closes_at

    @property
    def shows_names(self) -> bool:
        """Whether the guardians have opened the names and no mask hides them any more."""
        return self.comparison.opened_at is not None and self._is_lifted(NAMES)

    @property
    def count(self) -> int | None:
        """How many registered; None as long as that is not told."""
        is_told = self._is_lifted(NAMES) or self._is_lifted(COUNT)
        is_known = self.comparison.opened_at is not None
        return len(self.comparison.candidates) if is_known and is_told else None

    @cached_property
    def candidates(self) -> Sequence[Candidate]:
        """Who registered, in the order of tickets; nobody before the names are open."""
        return self.comparison.candidates if self.shows_names else []

    @property
    def was_reviewed(self) -> bool:
        """Whether each has passed or not."""
        return self.shows_names and self.comparison.reviewed_at is not None

    @property
    def was_compared(self) -> bool:
        """Whether they have been ranked."""
        return self.shows_names and self.comparison.compared_at is not None

    @property
    def waits(self) -> str:
        """When the names will be shown, by which rule; empty once they are."""
        if self.shows_names:
            return ""
        if self.comparison.state is ComparisonState.CANCELLED:
            return "本轮已终止，报名企业的名称不再公开。"
        if self.comparison.state is ComparisonState.UNSUCCESSFUL:
            return "本轮比选失败，报名企业的名称没有公开。"
        if not self.is_announced:
            return "发包公告还没有发布，发布之后开始报名。"
        mask = self.masks.get(NAMES)
        until = ENDINGS.get(mask.until if mask else "", "结果公布")
        rule = f"（依据：{mask.article}）" if mask and mask.article else ""
        if until == ENDINGS["frozen"] and not self.is_open:
            return f"报名已经截止，保管方正在开启名称，开启之后自动列在这里{rule}。"
        moment = until
        if until == ENDINGS["frozen"] and self.closes_at:
            moment = f"{until}（{to_china(self.closes_at):%m-%d %H:%M}）"
        return f"{moment}之后公开报名企业的家数和名称{rule}；此前任何人都看不到，包括本页的查看人。"

    def _is_lifted(self, name: str) -> bool:
        mask = self.masks.get(name)
        return mask is not None and mask.lifted_at is not None


def may_see(actor: Actor, project: Project) -> bool:
    """Return whether registration is this actor's to follow: organiser, its town, regulators."""
    county = project.county_code
    if any(actor.holds(role, county) for role in WATCHERS):
        return True
    return actor.party_id is not None and any(
        actor.holds(role, county) and getattr(project, column) == actor.party_id
        for role, column in ORGANISERS.items()
    )


def status_of(session: Session, project_id: str, actor: Actor) -> tuple[Project, list[RoundStatus]]:
    """Return a comparison's project with its rounds, the newest first; raise for all others."""
    project = session.get(Project, project_id)
    is_one = project is not None and project.method is SelectionMethod.COMPARATIVE_SELECTION
    if project is None or not is_one or not may_see(actor, project):
        raise HiddenProjectError
    return project, rounds(session, [project_id]).get(project_id, [])


def rounds(session: Session, project_ids: Iterable[str]) -> dict[str, list[RoundStatus]]:
    """Return the rounds of many projects at once, each project's newest first."""
    ids = list(project_ids)
    masks = _masks(session, ids)
    query = (
        select(Comparison, Draw)
        .join(Draw, Draw.id == Comparison.draw_id)
        .where(Comparison.project_id.in_(ids))
        .order_by(Draw.round.desc())
    )
    found: dict[str, list[RoundStatus]] = {}
    for comparison, draw in session.execute(query):
        past = found.setdefault(comparison.project_id, [])
        hidden = masks.get(comparison.project_id, {})
        past.append(RoundStatus(comparison=comparison, draw=draw, masks=hidden))
    return found


def own_candidate(session: Session, draw: Draw, party: Party) -> Candidate | None:
    """Return how an enterprise itself fared in a comparison, once its result is published."""
    query = (
        select(Candidate)
        .join(Comparison, Comparison.id == Candidate.comparison_id)
        .where(
            Comparison.draw_id == draw.id,
            Comparison.state.in_(TOLD_TO_ONESELF),
            Comparison.reviewed_at.is_not(None),
            Candidate.party_id == party.id,
        )
    )
    return session.scalar(query)


def _masks(session: Session, ids: Sequence[str]) -> dict[str, dict[str, Mask]]:
    """Return the mask of each field that counts: one that still hides before one that is lifted."""
    query = select(Mask).where(Mask.project_id.in_(ids), Mask.field.in_((NAMES, COUNT)))
    found: dict[str, dict[str, Mask]] = {}
    for mask in sorted(session.scalars(query), key=lambda one: (one.lifted_at is None, one.set_at)):
        found.setdefault(mask.project_id, {})[mask.field] = mask
    return found
