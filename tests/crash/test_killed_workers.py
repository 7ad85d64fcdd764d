"""Workers killed again and again during fifty cases: nothing is lost and nothing is repeated.

On PostgreSQL with Redis, as several machines run: three workers, two hundred kills. On SQLite with
its own broker, as one machine runs: one worker, fewer cases and fewer kills.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from models import outbox as owed
from models import session as sessions
from models.clock import business_clock, fixed
from models.document import Document
from models.flow.instance import Instance
from models.flow.job import Job, JobState, OutboundMessage
from models.ids import new_id
from models.ledger.checkpoint import parse
from models.ledger.merkle import HASHES, Tree
from models.ledger.store import StoredNodes
from models.ledger.tables import LedgerEntry
from models.letter import Letter
from models.session import reading
from models.settings import Settings
from processes import daily, training_clock, worker
from processes.ledger_check import ALGORITHMS, check_log
from tests.city import MORNING, fill
from tests.crash.facts import Facts, known_ids, stored_facts
from tests.crash.kills.cases import Cases, build_cases
from tests.crash.kills.nursery import SENT, TEMPORARY
from tests.crash.kills.places import OnPostgres, OnSqlite, Place
from tests.crash.kills.run import Seen, disturbed, facts_stored, undisturbed
from tests.postgres.conftest import postgres_server
from tests.processes.backup.world import stamped
from tests.redis.conftest import redis_url

__all__ = ["postgres_server", "redis_url"]

pytestmark = pytest.mark.timeout(900)
SEED = 20261118
ORDERED_APART = ("checkpoint", "heartbeat", "ledger_node", "lease")
"""The log's order is its own in each run; that it is whole is looked at by itself."""


@dataclass(frozen=True)
class Runs:
    """The same cases twice: with a worker nobody touched, and with workers that were killed."""

    place: Place
    cases: Cases
    settings: Settings
    kills: int
    seen: Seen
    expected: Facts
    found: Facts


def played(place: Place) -> Runs:
    start = place.make("start")
    engine = sessions.open_database(start)
    fill(engine, start)
    stamped(engine)
    cases = build_cases(start, place.numbers)
    training_clock.store(MORNING, running=False)
    with business_clock(fixed(MORNING)):
        daily.owe_daily_jobs()
    known = known_ids(engine)
    first = facts_stored()
    engine.dispose()

    twin = place.copy("twin", "start")
    undisturbed(twin, cases)
    expected = facts(known)
    last = facts_stored()
    sessions.Write.kw["bind"].dispose()

    settings = place.copy("killed", "start")
    worker.connect(settings)
    marks = sorted(random.Random(SEED).sample(range(first + 1, last), place.kills))
    kills, seen = disturbed(settings, cases, marks, workers=place.workers, seed=SEED)
    return Runs(place, cases, settings, kills, seen, expected, facts(known))


def facts(known: frozenset[str]) -> Facts:
    untold = {"ledger_entry.seq", "document.stored_at", "document.size", "interest.envelope"}
    stored = stored_facts(sessions.Write.kw["bind"], known, untold)
    return {table: rows for table, rows in stored.items() if table not in ORDERED_APART}


@pytest.fixture(scope="module")
def quiet_bell() -> Iterator[None]:
    """Ring for what these runs owe, and no longer."""
    former = list(owed._doorbell)
    yield
    owed._doorbell[:] = former


@pytest.fixture(scope="module", params=["postgres and redis", "sqlite"])
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, quiet_bell: None
) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp(f"k{new_id()[:8]}")
    if request.param == "sqlite":
        place: Place = OnSqlite(folder)
    else:
        server = request.getfixturevalue("postgres_server")
        broker = request.getfixturevalue("redis_url").replace("/0", "/1")
        place = OnPostgres(folder, server, broker)
    yield played(place)
    sessions.Write.kw["bind"].dispose()


def test_all_kills_were_made_while_the_cases_ran(runs: Runs) -> None:
    assert runs.kills == runs.place.kills
    assert runs.cases.count() == sum(runs.place.numbers.values())


def test_what_is_stored_of_each_case_is_what_an_undisturbed_twin_stored(runs: Runs) -> None:
    assert set(runs.found) == set(runs.expected)
    for table, rows in runs.expected.items():
        expected, found = Counter(rows), Counter(runs.found[table])
        assert (table, expected - found, found - expected) == (table, Counter(), Counter())


def test_no_job_is_left_lying_and_nothing_is_still_held(runs: Runs) -> None:
    with reading() as session:
        for table in (Job, OutboundMessage):
            held = select(table.key).where(
                (table.state.in_((JobState.LEASED, JobState.DEAD)))
                | table.lease_until.is_not(None)
                | (table.error != "")
            )
            assert session.scalars(held).all() == []
        assert session.scalars(select(Instance.failure).where(Instance.failures > 0)).all() == []


def test_each_message_left_at_least_once_under_its_one_key(runs: Runs) -> None:
    left = (runs.settings.directory / SENT).read_text().split()
    with reading() as session:
        keys = session.scalars(select(OutboundMessage.key)).all()
    assert len(keys) == len(set(keys))
    assert set(left) == set(keys)
    assert len(left) < len(keys) + runs.kills


def test_each_letter_was_made_once(runs: Runs) -> None:
    with reading() as session:
        letters = session.scalars(select(Letter)).all()
        documents = session.scalars(select(Document.id).where(Document.kind == "award_letter"))
        issued = session.scalars(
            select(LedgerEntry.object).where(LedgerEntry.body.contains('"letter:issued"'))
        ).all()
        assert len(documents.all()) == len([one for one in letters if one.kind == "award_letter"])
    assert all(letter.document_id for letter in letters)
    assert sorted(issued) == sorted(letter.id for letter in letters)


def test_log_only_grew_and_every_checkpoint_on_the_way_still_holds(runs: Runs) -> None:
    with reading() as session:
        state = check_log(session)
        assert state.waiting == 0
        assert runs.seen.checkpoints
        for text in runs.seen.checkpoints.values():
            head = parse(text)[0]
            for alg in ALGORITHMS:
                tree = Tree(HASHES[alg], StoredNodes(session, alg), head.size)
                assert tree.root() == getattr(head, alg)


def test_nothing_is_left_over_in_the_folders(runs: Runs) -> None:
    folder = runs.settings.directory
    assert list((folder / TEMPORARY).iterdir()) == []
