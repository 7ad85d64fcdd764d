"""Every list and search with 20,000 enterprises and 100,000 projects, timed at the server.

A request goes through the whole application, from the address to the page, without a network; the
first of each is thrown away, the median of the rest counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from flask.testing import FlaskClient

from benchmarks import archive, one_project
from benchmarks.bulk import key
from benchmarks.report import Line, middle
from benchmarks.site import COUNTY, Site, quiet
from models.clock import business_clock, fixed, system_now
from models.identity.account import Account, Grant
from models.ids import new_id
from models.session import unit_of_work
from processes import tokens
from web.app import create_app

AIM, FIGURES_AIM = "<= 100", "<= 200"
ROUNDS = 5
DEEP = 25
"""A deep page is the 26th: paging by key makes each cost the same."""
NOBODY = ""
NOTHING = "寻无此项"
PEOPLE = {
    "regulator": ("regulator", COUNTY, None),
    "city": ("regulator", "*", None),
    "town": ("owner", COUNTY, key("owner", 0)),
    "agency": ("agency", "huairou", key("agency", 1)),
    "contractor": ("contractor", COUNTY, key("contractor", 0)),
}


@dataclass(frozen=True)
class Asked:
    """One address, who opens it, and what it stands for."""

    who: str
    path: str
    aim: str = AIM
    deep: bool = False

    @property
    def words(self) -> str:
        """Who and where, for the table."""
        return f"{self.who or 'public'} {self.path}{'，深页' if self.deep else ''}"


def lists() -> Iterator[Asked]:
    """Return every list that grows with enterprises or projects: first page, found, not found."""
    yield Asked(NOBODY, "/", FIGURES_AIM)
    yield Asked(NOBODY, "/?in=dazhou", FIGURES_AIM)
    for who in ("regulator", "town", "agency", "contractor"):
        yield Asked(who, "/desk", FIGURES_AIM)
    for path, searches in PUBLIC.items():
        yield from _each(NOBODY, path, searches)
    for who, pages in SIGNED_IN.items():
        for path, searches in pages.items():
            yield from _each(who, path, searches)


def _each(who: str, path: str, searches: tuple[str, ...]) -> Iterator[Asked]:
    yield Asked(who, path)
    yield Asked(who, path, deep=True)
    for one in searches:
        yield Asked(who, f"{path}?{one}")


OFTEN, RARE, NEVER = "q=工程", "q=第4711号", f"q={NOTHING}"
OWNER = "owner=青石镇10人民政府"
TYPED = "works_type=园林绿化"
TWO = "works_type=园林绿化&phase=publicised"
CLASH = "works_type=园林绿化&phase=paused"
DAYS = "since=2024-03-01&until=2024-03-31"
ANNOUNCED = "announced_since=2024-03-01&announced_until=2024-03-31"
PUBLIC: dict[str, tuple[str, ...]] = {
    "/notices": (
        *(
            OFTEN,
            RARE,
            NEVER,
            TYPED,
            TWO,
            CLASH,
            DAYS,
            "owner=青石镇10人民政府",
            f"owner={NOTHING}",
        ),
        *("period=running", "from=2024-03-01&to=2024-03-31", "county=huairou"),
        f"title={NOTHING}",
        *(f"kind=tender_notice&{one}" for one in (OFTEN, RARE, NEVER, TYPED, CLASH)),
        *(f"kind=award_notice&{one}" for one in (OFTEN, RARE, NEVER, TYPED, CLASH)),
    ),
    "/public-projects": (
        *(OFTEN, RARE, NEVER, TYPED, TWO, CLASH, ANNOUNCED, OWNER),
        *("state=running", "number=004711", f"number={NOTHING}", "method=emergency", "sort=price"),
    ),
    "/results": (OFTEN, RARE, NEVER, TYPED, DAYS, "q=听松", "county=huairou"),
    "/roster": (
        *("q=听松", "q=有限公司", NEVER, "type=agency", "type=contractor", "trade=园林绿化"),
        *("roster=landscaping", "type=auditor&roster=electrical"),
        *("standing=suspended", "standing=free"),
    ),
    "/conduct": (NEVER,),
    "/conduct/evaluations": (NEVER, "q=听松"),
    "/bulletins": (NEVER,),
}
OF_PROJECTS = (
    *(OFTEN, RARE, NEVER, TYPED, TWO, CLASH, ANNOUNCED, "method=emergency", "sort=number"),
    *("management=entrusted", OWNER, "state=running", DAYS),
)
SIGNED_IN: dict[str, dict[str, tuple[str, ...]]] = {
    "regulator": {
        "/projects": OF_PROJECTS,
        "/emergency-works": (RARE, NEVER, TYPED),
        "/enterprises": ("q=听松", NEVER),
        "/enterprise-review": (NEVER,),
        "/evaluations": (NEVER, "q=第4711号"),
        "/late": (NEVER,),
        "/bulletin-desk": (NEVER,),
    },
    "city": {"/projects": OF_PROJECTS},
    "town": {
        "/projects": (OFTEN, RARE, NEVER, TYPED, CLASH),
        "/inbox": (RARE, NEVER),
        "/letters": (NEVER,),
        "/evaluations": (NEVER,),
        "/entrusted": (NEVER,),
    },
    "agency": {"/projects": (OFTEN, NEVER), "/entrusted": (NEVER,), "/letters": ()},
    "contractor": {
        "/find-projects": (OFTEN, NEVER),
        "/registrations": (NEVER,),
        "/letters": (NEVER,),
    },
}


def measure(sites: list[Site], size: one_project.Size) -> list[Line]:
    """Return the time of every list on every database."""
    lines: list[Line] = []
    for site in sites:
        began = perf_counter()
        archive.build(site, size)
        lines.append(Line(f"{site.name} 造数据", perf_counter() - began, "秒"))
        with business_clock(fixed(one_project.TODAY)):
            lines += _timed(site)
    return lines


def _timed(site: Site) -> Iterator[Line]:
    app = create_app(site.settings)
    quiet()
    browser = app.test_client()
    people = {who: _token(who) for who in PEOPLE}
    for asked in lists():
        headers = {"Authorization": f"Bearer {people[asked.who]}"} if asked.who else {}
        path = _deep(browser, asked.path, headers) if asked.deep else asked.path
        if path is None:
            continue
        first = _once(browser, path, headers)
        # what takes seconds is far off its aim, whatever the median
        times = [_once(browser, path, headers) for _ in range(ROUNDS)] if first < 1 else [first]
        yield Line(f"{site.name} {asked.words}", middle(times) * 1000, "毫秒", asked.aim)


def _once(browser: FlaskClient, path: str, headers: dict[str, str]) -> float:
    began = perf_counter()
    answer = browser.get(path, headers=headers)
    taken = perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return taken


def _deep(browser: FlaskClient, path: str, headers: dict[str, str]) -> str | None:
    """Follow the pages of a list, or return None for one that has no second."""
    found: str | None = None
    for _ in range(DEEP):
        text = browser.get(found or path, headers=headers).text
        rest = text.split('rel="next" href="')
        if len(rest) == 1:
            break
        found = rest[1].split('"')[0].replace("&amp;", "&")
    return found


def _token(who: str) -> str:
    role, county, party = PEOPLE[who]
    with unit_of_work() as session:
        made: dict[str, Any] = {"fs_uniquifier": new_id(), "created_at": system_now()}
        account = Account(id=new_id(), username=f"bench.{who}", name=who, party_id=party, **made)
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, role=role, county_code=county))
        session.flush()
        return tokens.create(session, account.username, "bench")
