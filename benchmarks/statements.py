"""SQL statements of one completion over HTTP, sign-in, BEGIN and COMMIT included."""

from sqlalchemy import event

from benchmarks.report import Line, middle
from benchmarks.site import ANSWERS, Site, quiet
from benchmarks.steps import begin, open_item
from web.app import create_app


def measure(sites: list[Site], *, cases: int) -> list[Line]:
    """Return how many statements a completion needs, the median of some."""
    return [
        Line(f"{site.name}，每次办结", middle(counts(site, cases)), "条", "<= 12") for site in sites
    ]


def counts(site: Site, cases: int) -> list[float]:
    """Complete items through the application and count what the database is told."""
    site.use()
    client = create_app(site.settings).test_client()
    quiet()
    headers = {"Authorization": f"Bearer {site.token}"}
    told: list[str] = []
    event.listen(site.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    event.listen(site.engine, "commit", lambda _: told.append("COMMIT"))
    event.listen(site.engine, "rollback", lambda _: told.append("ROLLBACK"))
    if not site.is_sqlite:  # psycopg sends BEGIN without a cursor
        event.listen(site.engine, "begin", lambda _: told.append("BEGIN"))
    found = []
    for _ in range(cases):
        case = begin(site)
        while item := open_item(case):
            told.clear()
            path = f"/api/v1/work-items/{item}/complete"
            answer = client.post(path, json={"form": ANSWERS}, headers=headers)
            if answer.status_code != 200:
                raise RuntimeError(answer.text)
            found.append(float(len(told)))
    return found
