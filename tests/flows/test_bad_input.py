"""What is refused: in Chinese, with its code, told what to do, and nothing half-done."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from models.base import Base
from models.calendar import CalendarYearMissingError, WorkCalendar, forget_calendar
from models.case_action import DrawOpeningError, ListFrozenError, RequestOpenError
from models.clock import install_business_clock, system_now
from models.contract_errors import OtherProjectContractError
from models.errors import ConflictError, ForbiddenError, InvalidError, SmallworksError
from models.errors import UnavailableError as Unavailable
from models.flow.job import Setting
from models.installation import LogKeyMissingError, log_key
from models.roster.entry import RosterEntry
from models.selection import guardians, registration_words, registrations
from models.selection.tables import DrawState, Interest
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import training_clock
from processes.backup import restore_backup, write_backup
from processes.case_errors import FormInvalidError, NotYoursError, WorkItemTakenError
from processes.demo.story import CENTRE, COMPLETE
from processes.training_clock import ClockBackwardsError, ClockForbiddenError, ClockUnreadableError
from tests.city import FREEZE, MORNING, SELECTION, City, after
from tests.flows.afterwards import AWARDED, accepted, awarded
from tests.flows.test_evaluation import ACCEPTED, again
from tests.processes.backup.world import stamped

TO_DO = ("请", "须", "可以", "不需要", "只能")
"""Words of which at least one tells what to do."""
ASIDE = {"security_event"}


def everything() -> dict[str, str]:
    """The whole database, each table as one digest."""
    with reading() as session:
        found = {}
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return {name: digest for name, digest in found.items() if name not in ASIDE}


@contextmanager
def refused(error: type[SmallworksError], family: type[SmallworksError]) -> Iterator[None]:
    """Expect this error, in words that say what to do, and not one row changed."""
    before = everything()
    with pytest.raises(error) as told:
        yield
    assert issubclass(error, family)
    told_words = " ".join([told.value.text, *getattr(told.value, "fields", {}).values()])
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told_words)
    assert any(word in told_words for word in TO_DO), told_words
    assert told.value.code
    assert everything() == before


@pytest.mark.req("DZ-74.4")
@pytest.mark.parametrize("kind", ["review_failed", "documents_missing", "out_of_scope"])
@pytest.mark.parametrize("reasons", [None, "", "  ", "不行"])
def test_return_without_reasons(city: City, kind: str, reasons: str | None) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))
    form = {**COMPLETE, "decision": kind} | ({} if reasons is None else {"reasons": reasons})
    with refused(FormInvalidError, InvalidError), city.player.at(after(hours=2)):
        city.player.complete(CENTRE, story.instance, "intake_review", form)
    assert city.steps(story) == ["intake_review"]


@pytest.mark.req("DZ-81.1")
def test_change_after_the_freeze(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    with refused(ListFrozenError, ConflictError):
        story.begin_request(FREEZE + timedelta(minutes=1))


@pytest.mark.req("DZ-81.1")
def test_two_changes_at_once(city: City) -> None:
    story = city.announced(1)
    story.request_change(after(days=1))
    with refused(RequestOpenError, ConflictError):
        story.begin_request(after(days=1, hours=1))


@pytest.mark.req("DZ-81.1")
def test_termination_while_a_draw_opens(city: City) -> None:
    story = city.frozen(1, 2)
    with unit_of_work() as session:
        for one in session.scalars(select(guardians.Guardian)):
            one.is_local = one.name == "centre"
    story.hold(SELECTION)
    assert city.draw(story).state is DrawState.OPENING
    with refused(DrawOpeningError, ConflictError):
        story.begin_request(SELECTION + timedelta(minutes=1))


@pytest.mark.req("DZ-A4c")
def test_evaluation_by_somebody_else(city: City) -> None:
    story = accepted(city, ACCEPTED)
    for other in (story.winner(), "dz.centre", "dz.housing", "dz.selector"):
        with refused(NotYoursError, ForbiddenError):
            story.evaluate(ACCEPTED, by=other)


@pytest.mark.req("DZ-A4c")
def test_evaluation_twice(city: City) -> None:
    story = accepted(city, ACCEPTED)
    with reading() as session:
        item = city.player.item(session, story.instance, "evaluate_contractor").id
    story.evaluate(ACCEPTED)
    with refused(WorkItemTakenError, ConflictError):
        again(city, item)


@pytest.mark.req("DZ-A4c")
def test_contract_for_another_project(city: City) -> None:
    story = awarded(city)
    with city.player.at(AWARDED):
        city.player.upload("dz.owner", "合同.pdf", "合同")
    steps = city.steps(story)
    with pytest.raises(OtherProjectContractError) as told:
        story.submit_contract(AWARDED + timedelta(hours=1), printed_number="DZX-2025-0088")
    assert "请" in told.value.text + " ".join(told.value.fields.values())
    assert (told.value.code, city.steps(story)) == ("other_project_contract", steps)


@pytest.mark.req("DZ-76.1")
@pytest.mark.req("DZ-A4b")
def test_expired_qualification_at_the_freeze(city: City) -> None:
    """Dropped by rule, counted, and told to the enterprise alone with what to do."""
    story = city.announced(1, 2, 3)
    with unit_of_work() as session:
        party = city.contractor(session, 2)
        entry = session.scalars(select(RosterEntry).where(RosterEntry.party_id == party.id)).one()
        for held in entry.qualifications:
            held.valid_until = (FREEZE - timedelta(days=1)).date()
    story.wake(FREEZE)
    assert city.draw(story).tickets == 2
    with reading() as session:
        assert sorted(session.scalars(select(Interest.live))) == [False, True, True]
    with city.player.at(FREEZE + timedelta(hours=1)), reading() as session:
        party = city.contractor(session, 2)
        (own,) = registrations.my_registrations(session, city.settings, party)
        lacking = registration_words.why_out(session, party, own)
    assert registration_words.result(own) == registration_words.OUT
    assert lacking
    assert all("有效期" in one.found for one in lacking)
    assert all("申请变更" in registration_words.remedy(one) for one in lacking)


def test_restore_without_keys(city: City, tmp_path: Path) -> None:
    stamped(city.engine)
    city.published(1, 2)
    path = tmp_path / "city.backup"
    write_backup(city.settings, path)
    empty = Settings(data_dir=str(tmp_path / "restored"))
    missing = [key.name for key in restore_backup(empty, path).missing]
    assert {"keys/log.key", "keys/platform/2026.json"} <= set(missing)
    with refused(LogKeyMissingError, Unavailable), unit_of_work() as session:
        log_key(session, empty)
    assert not empty.keys.exists()


def test_calendar_missing(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))
    with unit_of_work() as session:
        session.execute(delete(WorkCalendar))
    forget_calendar()
    with refused(CalendarYearMissingError, InvalidError):
        story.accept(after(hours=2))
    assert city.steps(story) == ["intake_review"]


@pytest.fixture
def training(city: City) -> Iterator[Settings]:
    yield Settings(data_dir=str(city.folder), training="1")
    install_business_clock(system_now)


def test_clock_missing(city: City, training: Settings) -> None:
    """Without a stored clock a training installation follows the machine, as any other does."""
    assert training_clock.install(training)
    assert abs(training_clock.moment_of(training_clock.stored()) - system_now()) < timedelta(
        minutes=1
    )


@pytest.mark.parametrize(
    "value", [{}, {"fixed": "昨天"}, {"offset": "两小时"}, {"fixed": None}], ids=str
)
def test_clock_unreadable(city: City, training: Settings, value: dict[str, object]) -> None:
    with unit_of_work() as session:
        session.add(Setting(name=training_clock.NAME, value=value))
    training_clock.install(training)
    with refused(ClockUnreadableError, Unavailable):
        city.player.start("dz.owner")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda plain, _: training_clock.move(plain, after(days=9)), ClockForbiddenError),
        (lambda _, training: training_clock.move(training, after(days=-9)), ClockBackwardsError),
    ],
)
def test_clock_moved_where_or_how_it_may_not(
    city: City,
    training: Settings,
    act: Callable[[Settings, Settings], object],
    error: type[SmallworksError],
) -> None:
    training_clock.store(MORNING, running=False)
    with refused(error, InvalidError):
        act(city.settings, training)
