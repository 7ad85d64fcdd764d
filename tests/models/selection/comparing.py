"""A small comparison made by the real verbs, up to any state; prices are fen."""

import itertools
import json
from contextlib import contextmanager

from models import calendar
from models import session as sessions
from models.base import Base
from models.clock import business_clock, fixed
from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.project import Management, Project, ProjectPhase, SelectionMethod
from models.selection import comparisons
from models.selection.comparison_tables import Candidate, Comparison
from models.selection.comparisons import Findings, Offer, Verdict
from models.selection.tables import Draw
from models.session import unit_of_work
from models.settings import Settings
from tests import built, seeding
from tests.conftest import make_test_engine
from tests.seeding import FREEZE_AT as CLOSES
from tests.seeding import MORNING, Town

CEILING = 38_640_000
PRICE = 36_000_000


def act(town, at, verb, comparison, *args, **changes):
    """Run a verb of the platform on a comparison at a moment; ``changes`` are rules."""
    with business_clock(fixed(at)), unit_of_work() as session:
        found = session.get_one(Comparison, comparison.id)
        return verb(seeding.world(session, town, PLATFORM, **changes), found, *args)


def prepared(town, title="青石镇敬老院屋面修缮工程", at=MORNING, **changes):
    with business_clock(fixed(at)), unit_of_work() as session:
        columns = {
            "method": SelectionMethod.COMPARATIVE_SELECTION,
            "management": Management.SELF,
            "ceiling_price": CEILING,
        }
        project = seeding._project(town, title, columns)
        session.add(project)
        session.flush()
        return comparisons.prepare(seeding.world(session, town, **changes), project.id)


def registering(town, title="青石镇敬老院屋面修缮工程", closes_at=CLOSES, **changes):
    """A comparison whose notice is out."""
    comparison = prepared(town, title, **changes)
    act(town, MORNING, comparisons.plan, comparison, closes_at, **changes)
    act(town, MORNING, comparisons.open_, comparison, **changes)
    with unit_of_work() as session:
        session.get_one(Project, comparison.project_id).phase = ProjectPhase.ANNOUNCED
    return fresh(comparison)


def register(town, comparison, accounts=None, at=MORNING, **values):
    draw = draw_of(comparison)
    return [
        seeding.join(town, draw, one, at, **values)
        for one in (town.contractors if accounts is None else accounts)
    ]


def closed(town, comparison, at=CLOSES):
    return act(town, at, comparisons.close, comparison)


def named(town, comparison, at=CLOSES):
    """Close the registration and open the names."""
    closed(town, comparison, at)
    return act(town, at, comparisons.open_names, comparison)


def candidates(comparison):
    found = seeding.rows(Candidate, comparison_id=comparison.id)
    return sorted(found, key=lambda one: one.place)


def verdicts(comparison, *failing):
    """Pass everybody but those whose party is named."""
    return [
        Verdict(candidate=one.id, passed=one.party_id not in failing, reason="营业执照、资质相符")
        for one in candidates(comparison)
    ]


def reviewed(town, comparison, *failing, at=CLOSES):
    return act(town, at, comparisons.review, comparison, verdicts(comparison, *failing))


def offers(comparison):
    """Rank those that passed by place, each a little dearer than the one before."""
    passed = [one for one in candidates(comparison) if one.passed]
    return [
        Offer(candidate=one.id, price=PRICE + n * 100_000, rank=n + 1, reason="报价与工期合理")
        for n, one in enumerate(passed)
    ]


def findings(comparison, rows=None, **values):
    given = {
        "method": "经评审的最低价",
        "participants": "邓岚、韩知远、罗澄",
        "reason": "报价最低且工期最短",
        "offers": offers(comparison) if rows is None else rows,
        **values,
    }
    return Findings(**given)


def compared(town, comparison, rows=None, at=CLOSES, **values):
    return act(town, at, comparisons.compare, comparison, findings(comparison, rows, **values))


def fresh(comparison):
    (found,) = seeding.rows(Comparison, id=comparison.id)
    return found


def draw_of(comparison):
    (found,) = seeding.rows(Draw, id=comparison.draw_id)
    return found


def party_of(account_id):
    (found,) = seeding.rows(Account, id=account_id)
    return found.party_id


def build(folder):
    """Build a town whose comparison takes registrations: all but the last have registered."""
    settings = Settings(data_dir=str(folder / "data"), secret_key="s" * 64)
    engine = make_test_engine(folder / "test.sqlite3")
    Base.metadata.create_all(engine)
    sessions.bind(engine)
    calendar.forget_calendar()
    town = seeding.build_town(settings, contractors=5)
    comparison = registering(town)
    register(town, comparison, town.contractors[:4])
    kept = {name: getattr(town, name) for name in PLACES} | {"comparison": comparison.id}
    (folder / "town.json").write_text(json.dumps(kept), "utf-8")
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    raw.close()
    engine.dispose()


PLACES = ("owner_id", "officer_id", "monitor_id", "contractors")


@contextmanager
def standing(folder):
    """Yield a copy of that town and its comparison."""
    built.copy_of("comparison", build, folder)
    engine = make_test_engine(folder / "test.sqlite3")
    sessions.bind(engine)
    calendar.forget_calendar()
    kept = json.loads((folder / "town.json").read_text("utf-8"))
    settings = Settings(data_dir=str(folder / "data"), secret_key="s" * 64)
    places = {name: kept[name] for name in PLACES}
    town = Town(settings, **places, numbers=itertools.count(300))
    (comparison,) = seeding.rows(Comparison, id=kept["comparison"])
    yield town, comparison
    engine.dispose()
