"""Cost per completion and of an inbox page with few and with many stored cases.

Stored cases are copies of one finished and one waiting case, row for row, under random ids.
"""

import hashlib
from time import perf_counter

from sqlalchemy import text

from benchmarks.report import Line, middle
from benchmarks.site import Site
from benchmarks.steps import StoredCases, begin
from models.base import Base
from models.session import reading
from processes.inbox import ItemQuery, count_items, list_items

FEW = 1_000
TABLES = {
    "instance": {"id": "'i'"},
    "work_item": {"id": "'w'||t.step", "instance_id": "'i'"},
    "ledger_entry": {"object": "'i'"},
}


def fill(site: Site, cases: int, kind: str) -> None:
    """Copy one finished or one waiting case many times."""
    site.use()
    case = begin(site)
    if kind == "finished":
        StoredCases(site).finish(case)
    with site.engine.begin() as connection:
        if site.is_sqlite:
            raw = connection.connection.driver_connection
            raw.create_function("md5", 1, lambda word: hashlib.md5(word.encode()).hexdigest())
        for table, changed in TABLES.items():
            connection.execute(text(_copy(table, changed, kind)), {"n": cases, "case": case})
    if not site.is_sqlite:
        with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _copy(table: str, changed: dict[str, str], kind: str) -> str:
    columns = [c.name for c in Base.metadata.tables[table].c if (table, c.name) not in SKIPPED]
    given = [
        f"md5('{kind}'||s.n||{changed[name]})" if name in changed else f't."{name}"'
        for name in columns
    ]
    key = {"instance": "id", "work_item": "instance_id", "ledger_entry": "object"}[table]
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :n) "
        f"INSERT INTO {table} ({names}) SELECT {', '.join(given)} "
        f"FROM s CROSS JOIN {table} t WHERE t.{key} = :case"
    )


SKIPPED = {("ledger_entry", "id"), ("ledger_entry", "seq")}


def measure(few: list[Site], many: list[Site], *, rounds: int) -> list[Line]:
    """Return, for each database, the cost with many stored cases against that with few."""
    lines = []
    for small, large in zip(few, many, strict=True):
        times: dict[str, list[float]] = {small.name: [], large.name: []}
        for _ in range(rounds):  # one case here, one there: both meet the same machine
            for site in (small, large):
                times[site.name] += StoredCases(site).run(1)
        costs = [middle(times[site.name]) for site in (small, large)]
        lines += [
            Line(f"{small.name} 每步", costs[0] * 1000, "毫秒"),
            Line(f"{large.name} 每步", costs[1] * 1000, "毫秒"),
            Line(f"{large.name} 与少量之比", costs[1] / costs[0], "倍", "<= 1.1"),
        ]
    return lines


def inbox(sites: list[Site]) -> list[Line]:
    """Return the cost of inbox pages: the first one, one in the middle, the counts."""
    lines = []
    for site in sites:
        site.use()
        first, cursor = _page(site, None)
        deep, _ = _page(site, cursor)
        lines += [
            Line(f"{site.name} 待办首页", first * 1000, "毫秒", "<= 30"),
            Line(f"{site.name} 待办后页", deep * 1000, "毫秒", "<= 30"),
            Line(f"{site.name} 待办计数（四项）", _counts(site) * 1000, "毫秒"),
        ]
    return lines


def _page(site: Site, cursor: str | None) -> tuple[float, str | None]:
    times, page = [], None
    for _ in range(20):
        began = perf_counter()
        with reading() as session:
            page = list_items(session, site.centre, ItemQuery(), limit=50, cursor=cursor)
        times.append(perf_counter() - began)
    return middle(times), page.next if page else None


def _counts(site: Site) -> float:
    times = []
    for _ in range(10):
        began = perf_counter()
        with reading() as session:
            for view in ("todo", "claimable", "mine", "overdue"):
                count_items(session, site.centre, view)
        times.append(perf_counter() - began)
    return middle(times)
