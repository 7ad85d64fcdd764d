"""The stages of a comparison and of emergency works in the public's words, with their moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.clock import to_china
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase, SelectionMethod

Newest = Mapping[NoticeKind, Notice]
AFTER_AWARD = {
    ProjectPhase.CONTRACTED: 1,
    ProjectPhase.COMPLETED: 2,
    ProjectPhase.EVALUATED: 3,
}
AFTERWARDS = ("签订合同", "竣工验收", "信用评价")


@dataclass(frozen=True)
class Way:
    """The stages up to the award notice, and in which phase how many of them are over."""

    titles: Sequence[str]
    places: Mapping[ProjectPhase, int]

    def place(self, project: Project) -> int:
        """Return how many stages are over."""
        later = AFTER_AWARD.get(project.phase)
        if later is not None:
            return len(self.titles) + later
        return self.places.get(project.phase, 0)


WAYS = {
    SelectionMethod.COMPARATIVE_SELECTION: Way(
        ("立项", "发包公告和报名", "资格审查", "比选", "中选公告"),
        {
            ProjectPhase.ANNOUNCED: 1,
            ProjectPhase.PAUSED: 1,
            ProjectPhase.REGISTRATION_CLOSED: 2,
            ProjectPhase.REVIEWED: 3,
            ProjectPhase.PUBLICISED: 5,
            ProjectPhase.AWARDED: 5,
        },
    ),
    SelectionMethod.EMERGENCY: Way(
        ("填报应急结果", "结果公布"),
        {ProjectPhase.PUBLICISED: 2, ProjectPhase.AWARDED: 2},
    ),
}


def stages_of(project: Project, newest: Newest) -> list[tuple[str, str]]:
    """Return every stage of a project of one of these ways with its public moment."""
    way = WAYS[project.method]
    contract = _published(newest.get(NoticeKind.CONTRACT_NOTICE)) or "中选之后"
    notes = [*_before(project, newest), contract, "施工完成之后", "验收之后"]
    return list(zip([*way.titles, *AFTERWARDS], notes, strict=True))


def _before(project: Project, newest: Newest) -> list[str]:
    award = _published(newest.get(NoticeKind.AWARD_NOTICE))
    if project.method is SelectionMethod.EMERGENCY:
        return [_day(project.created_at), award]
    return [
        _day(project.created_at),
        _period(newest.get(NoticeKind.TENDER_NOTICE)),
        "报名截止之后",
        "资格审查之后",
        award or "比选之后",
    ]


def _published(notice: Notice | None) -> str:
    return _day(notice.published_at) if notice else ""


def _period(notice: Notice | None) -> str:
    if notice is None or notice.published_at is None:
        return ""
    published_on = f"{to_china(notice.published_at):%m-%d}"
    if notice.ends_at is None:
        return published_on
    return f"{published_on}，{to_china(notice.ends_at):%m-%d %H:%M}截止"


def _day(moment: datetime | None) -> str:
    return f"{to_china(moment):%m-%d %H:%M}" if moment else ""
