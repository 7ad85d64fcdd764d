"""The filters that the lists of projects share, and the query that their values mean."""

from collections.abc import Mapping, Sequence

from models.project import (
    MANAGEMENT_TITLES,
    METHOD_TITLES,
    Management,
    ProjectPhase,
    SelectionMethod,
)
from processes.project_query import STATES, ProjectQuery
from web.lists import Filter, Listing, day_or_none

METHODS = tuple((method.value, word) for method, word in METHOD_TITLES.items())
MANAGEMENTS = tuple((way.value, word) for way, word in MANAGEMENT_TITLES.items())


def words() -> tuple[Filter, ...]:
    """Return the filters by number, name and owner."""
    return (
        Filter(name="number", label="项目编号", kind="text"),
        Filter(name="title", label="项目名称", kind="text"),
        Filter(name="owner", label="项目业主", kind="text"),
    )


def kinds(
    works_types: Sequence[str], phases: Mapping[str, str], counties: Mapping[str, str]
) -> tuple[Filter, ...]:
    """Return the filters by type, state, method, organisation form and county."""
    return (
        Filter(
            name="works_type", label="施工类别", options=tuple((one, one) for one in works_types)
        ),
        Filter(name="phase", label="状态", options=tuple(phases.items())),
        Filter(name="state", label="进行或结束", options=tuple(STATES.items())),
        Filter(name="method", label="选取方式", options=METHODS),
        Filter(name="management", label="组织形式", options=MANAGEMENTS),
        Filter(name="county", label="区县", options=tuple(counties.items())),
    )


def contracting_days() -> tuple[Filter, ...]:
    """Return the filters by the first notice and the first published result."""
    return (
        Filter(name="announced_since", label="发包自", kind="date"),
        Filter(name="announced_until", label="发包至", kind="date"),
        Filter(name="traded_since", label="成交自", kind="date"),
        Filter(name="traded_until", label="成交至", kind="date"),
    )


def query_of(listing: Listing) -> ProjectQuery:
    """Return what the address asks for; a value that is none of the choices asks nothing."""
    values = listing.values
    phase, method, management = (values[name] for name in ("phase", "method", "management"))
    return ProjectQuery(
        q=listing.q,
        title=values["title"],
        number=values["number"],
        owner=values["owner"],
        county=values["county"],
        works_type=values["works_type"],
        phase=ProjectPhase(phase) if phase in set(ProjectPhase) else None,
        state=values["state"],
        method=SelectionMethod(method) if method in set(SelectionMethod) else None,
        management=Management(management) if management in set(Management) else None,
        since=day_or_none(values.get("since", "")),
        until=day_or_none(values.get("until", "")),
        announced_since=day_or_none(values["announced_since"]),
        announced_until=day_or_none(values["announced_until"]),
        traded_since=day_or_none(values["traded_since"]),
        traded_until=day_or_none(values["traded_until"]),
        sort=("-" if listing.descending else "") + listing.sort,
        limit=listing.limit,
        cursor=listing.cursor,
    )
