"""A town's archive to search in: 20,000 enterprises, 100,000 projects with all that follows them.

Rows are made for their columns' sake, not by flows: lists, searches and figures read columns alone.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks.aftermath import after_award
from benchmarks.bulk import indexed_afterwards, key, load, settle
from benchmarks.one_project import (
    EACH_SUPPORT,
    ENDED,
    FIRMS,
    PLACES,
    SUPPORT,
    TODAY,
    TRADES,
    YEARS,
    OneProject,
    Size,
    contractors,
    every,
    home,
)
from benchmarks.site import Site
from models.identity.party import PartyStatus
from models.notice import NoticeKind
from models.project import Management, ProjectPhase, SelectionMethod
from models.roster.entry import EntryStatus
from models.roster.places import ROSTER_TITLES
from models.selection.tables import DrawState


def build(site: Site, size: Size) -> None:
    """Fill an installation that has a county, its centre and nothing else."""
    site.use()
    counties = [("huairou", "怀柔区", True), ("xiangxi", "湘西州", True)]
    with indexed_afterwards(site):
        load(site, "county", ("code", "name", "is_open"), counties)
        _enterprises(site, size)
        _projects(site, size)
        after_award(site, every(size))
    settle(site)


def _enterprises(site: Site, size: Size) -> None:
    kinds = [(kind, EACH_SUPPORT) for kind in SUPPORT] + [("contractor", contractors(size))]
    firms = [(kind, n) for kind, count in kinds for n in range(count)]
    at = TODAY - YEARS
    names = ("id", "name", "credit_code", "county_code", "status", "created_at")
    load(
        site,
        "party",
        names,
        (
            (key(kind, n), _name(kind, n), f"{i:018}", home(n), PartyStatus.ACTIVE, at)
            for i, (kind, n) in enumerate(firms)
        ),
    )
    roles = ("id", "party_id", "role", "county_code")
    load(site, "party_role", roles, ((key(f"r{k}", n), key(k, n), k, home(n)) for k, n in firms))
    entries = ("id", "party_id", "county_code", "kind", "status", "entered_on")
    day = at.date()
    load(
        site,
        "roster_entry",
        entries,
        ((key(f"e{k}", n), key(k, n), home(n), k, EntryStatus.ACTIVE, day) for k, n in firms),
    )
    rosters = tuple(ROSTER_TITLES)
    load(
        site,
        "roster_place",
        ("id", "entry_id", "roster"),
        ((key(f"p{k}", n), key(f"e{k}", n), rosters[n % len(rosters)]) for k, n in firms),
    )
    _licences(site, size)


def _licences(site: Site, size: Size) -> None:
    names = ("id", "entry_id", "scheme", "category", "level", "level_name", "valid_until")
    until = (TODAY + timedelta(days=400)).date()
    numbers = range(contractors(size))
    load(
        site,
        "qualification",
        names,
        (
            (key("q", n), key("econtractor", n), "construction", TRADES[n % 10], 3, "三级", until)
            for n in numbers
        ),
    )
    stops = ("id", "party_id", "county_code", "from_at", "until_at", "reason")
    first, last = TODAY - timedelta(days=5), TODAY + timedelta(days=25)
    load(
        site,
        "suspension",
        stops,
        (
            (key("s", n), key("contractor", n), home(n), first, last, "放弃中选")
            for n in numbers[::97]
        ),
    )


def _name(kind: str, n: int) -> str:
    if kind == "owner":
        return f"{PLACES[n % 10]}镇{n}人民政府"
    tails = {"agency": "招标代理", "supervisor": "监理", "auditor": "造价咨询"}
    return f"{FIRMS[n % 8]}{PLACES[n // 8 % 10]}{n}{tails.get(kind, '建筑工程')}有限公司"


def _projects(site: Site, size: Size) -> None:
    names = (
        *("id", "number", "county_code", "owner_id", "title", "works_type", "method", "phase"),
        *("ceiling_price", "scope", "requirements", "management", "agency_id", "winner_id"),
        *("award_price", "selection_at", "created_at", "announced_at", "traded_at", "ended_at"),
        "instance_id",
    )
    load(site, "project", names, (_project(one) for one in every(size)))
    _draws(site, size)
    _notices(site, size)


def _project(one: OneProject) -> tuple[Any, ...]:
    entrusted = one.method is SelectionMethod.COMPARATIVE_SELECTION and one.n % 2
    return (
        *(one.id, f"BX-2026-{one.n:06}", one.county, one.owner, one.title),
        *(TRADES[one.n * 13 % 10], one.method, one.phase, one.price),
        *(
            "渠道清淤、衬砌和护坡。" * 8,
            [{"scheme": "construction", "category": TRADES[one.n % 10]}],
        ),
        Management.ENTRUSTED if entrusted else None,
        key("agency", one.n % EACH_SUPPORT) if entrusted else None,
        *(one.winner, one.price - 100_000 if one.is_traded else None),
        *(one.created + timedelta(days=8), one.created, one.announced, one.traded, one.ended),
        key("instance", one.n),
    )


def _draws(site: Site, size: Size) -> None:
    names = (
        *("id", "project_id", "state", "alg", "min_tickets", "tickets", "published_at"),
        *("public_proof", "winner_ticket", "not_before", "freeze_at"),
    )
    load(site, "draw", names, (_draw(one) for one in every(size) if one.has_draw))
    held = (one for one in every(size) if one.has_draw and one.is_traded)
    rows = ("ticket", "draw_id", "pseudonym", "org_commit", "envelope", "live", "party_id")
    load(
        site,
        "interest",
        rows,
        ((key("t", o.n), o.draw, key("y", o.n), key("c", o.n), "{}", True, o.winner) for o in held),
    )


def _draw(one: OneProject) -> tuple[Any, ...]:
    state = DrawState.PUBLISHED if one.is_traded else DrawState.CANCELLED
    if one.phase is ProjectPhase.ANNOUNCED:
        state = DrawState.OPEN
    proof = {"list": {"tickets": [{"ticket": key("t", one.n), "org": "0" * 18}] * 5}}
    at = one.created + timedelta(days=8)
    return (
        *(one.draw, one.id, state, "sha256", 2, 5, one.traded),
        *(proof if one.is_traded else None, key("t", one.n) if one.is_traded else None, at, at),
    )


def _notices(site: Site, size: Size) -> None:
    names = (
        *("id", "kind", "county_code", "project_id", "draw_id", "title", "body", "facts"),
        *("published_at", "ends_at", "follows_id"),
    )
    load(site, "notice", names, (row for one in every(size) for row in _notices_of(one)))


def _notices_of(one: OneProject) -> Iterator[tuple[Any, ...]]:
    body = "本项目已经受理，现采用公开方式确定施工企业，欢迎符合条件的施工企业自愿参与。" * 6
    facts = {"facts": [["项目业主", "某镇"], ["建设地点", "某村"]], "price": one.price}
    draw = one.draw if one.has_draw else None
    wanted = [(NoticeKind.TENDER_NOTICE, "选取公告", one.announced, one.has_draw)]
    traded, ended = one.traded or one.created, one.created + timedelta(days=15)
    wanted += [
        (NoticeKind.AWARD_NOTICE, "中选结果公示", traded, one.is_traded),
        (NoticeKind.CONTRACT_NOTICE, "合同公示", ended, one.part < ENDED and one.is_traded),
        (NoticeKind.TERMINATION_NOTICE, "终止公告", ended, not one.is_traded and one.part < ENDED),
        (NoticeKind.CORRIGENDUM, "变更公告", traded, one.n % 10 == 0),
    ]
    for kind, word, at, is_there in wanted:
        if is_there:
            follows = key("tender_notice", one.n) if kind is NoticeKind.CORRIGENDUM else None
            about = (key(kind.value, one.n), kind, one.county, one.id, draw)
            yield (*about, f"{one.title}{word}", body, facts, at, at + timedelta(days=3), follows)
