"""Joining and leaving: one live ticket per company, closed by the clock, and no trace left."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from models.base import Base
from models.clock import business_clock, fixed
from models.errors import SmallworksError
from models.identity.party import Party
from models.selection import draw_v1, envelope, guardians, interests, receipts
from models.selection import interest_errors as errors
from models.selection.tables import Draw, Interest
from models.session import reading, unit_of_work
from models.settings import Settings
from tests import seeding
from tests.seeding import FREEZE_AT, MORNING


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


@pytest.fixture
def draw(town):
    return seeding.announce(town)


def live(draw):
    return [row for row in seeding.rows(Interest, draw_id=draw.id) if row.live]


def refusal(act, *arguments, **values):
    with pytest.raises(SmallworksError) as caught:
        act(*arguments, **values)
    return caught.value


@pytest.mark.req("DZ-76.1")
def test_a_fitting_company_gets_a_ticket_and_a_receipt_that_the_log_key_signed(town, draw):
    receipt = seeding.join(town, draw, town.contractors[0])
    (row,) = live(draw)
    assert receipt["ticket"] == row.ticket
    with reading() as session:
        code = session.get_one(Party, seeding.actor(town.contractors[0]).party_id).credit_code
        assert draw_v1.org_commit(draw.alg, code, receipt["blind"]) == receipt["org_commit"]
        slip = {name: value for name, value in receipt.items() if name != "blind"}
        assert receipts.is_genuine(session, town.settings, slip)


@pytest.mark.parametrize("name", receipts.FIELDS)
def test_a_receipt_with_one_field_changed_is_not_genuine(town, draw, name):
    receipt = seeding.join(town, draw, town.contractors[0])
    receipt[name] = receipt[name] + 1 if name == "v" else f"{receipt[name]}0"
    with reading() as session:
        assert not receipts.is_genuine(session, town.settings, receipt)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "{", '{"signature":"00"}', "\ud800"])
def test_rubbish_is_no_receipt(town, text):
    with reading() as session:
        slip = receipts.parse(text)
        assert not receipts.is_genuine(session, town.settings, slip)


def test_a_company_has_one_live_ticket(town, draw):
    seeding.join(town, draw, town.contractors[0])
    error = refusal(seeding.join, town, draw, town.contractors[0])
    assert isinstance(error, errors.AlreadyJoinedError)
    assert len(live(draw)) == 1


def test_the_database_itself_refuses_a_second_live_ticket_of_two_windows_at_once(
    town, draw, monkeypatch
):
    seeding.join(town, draw, town.contractors[0])
    # what the second window saw before the first one committed
    monkeypatch.setattr(interests, "_live", lambda *_: None)
    error = refusal(seeding.join, town, draw, town.contractors[0])
    assert isinstance(error, errors.AlreadyJoinedError)
    assert len(live(draw)) == 1


def test_leaving_makes_a_tombstone_and_rejoining_a_fresh_ticket(town, draw):
    first = seeding.join(town, draw, town.contractors[0])
    seeding.leave(town, draw, town.contractors[0])
    assert live(draw) == []
    second = seeding.join(town, draw, town.contractors[0])
    assert first["ticket"] != second["ticket"]
    assert first["org_commit"] != second["org_commit"]
    assert len(seeding.rows(Interest, draw_id=draw.id)) == 2
    assert [row.ticket for row in live(draw)] == [second["ticket"]]


def test_who_has_not_joined_or_has_left_cannot_leave(town, draw):
    assert isinstance(
        refusal(seeding.leave, town, draw, town.contractors[0]), errors.NotJoinedError
    )
    seeding.join(town, draw, town.contractors[0])
    seeding.leave(town, draw, town.contractors[0])
    assert isinstance(
        refusal(seeding.leave, town, draw, town.contractors[0]), errors.NotJoinedError
    )


@pytest.mark.req("DZ-77")
def test_the_list_closes_at_the_printed_moment_by_the_clock_alone(town, draw):
    last = FREEZE_AT - timedelta(microseconds=1)
    seeding.join(town, draw, town.contractors[0], at=last)
    for act in (seeding.join, seeding.leave):
        error = refusal(act, town, draw, town.contractors[1], at=FREEZE_AT)
        assert isinstance(error, errors.JoiningClosedError)
    assert len(live(draw)) == 1
    # nobody has frozen it: the state is still open, and that changes nothing
    assert seeding.rows(Draw, id=draw.id)[0].state == "open"


def test_that_a_list_is_closed_is_told_in_the_same_words_to_whoever_joined_and_whoever_did_not(
    town, draw
):
    seeding.join(town, draw, town.contractors[0])
    seeding.join(town, draw, town.contractors[2])
    seeding.freeze(town, draw)
    told = {
        refusal(act, town, draw, town.contractors[n], at=FREEZE_AT).text
        for act in (seeding.join, seeding.leave)
        for n in (0, 1)
    }
    assert told == {errors.JoiningClosedError.message}


@pytest.mark.req("DZ-A5")
def test_only_contractors_of_the_county_join(town, draw):
    elsewhere = seeding.add_contractor(town, 9, county="huairou")
    for account in (town.officer_id, town.monitor_id, elsewhere):
        error = refusal(seeding.join, town, draw, account)
        assert isinstance(error, errors.NotAContractorError)


def test_who_lacks_something_is_told_what_it_lacks_itself(town, draw):
    small = seeding.add_contractor(town, 7, level=4)
    stopped = town.contractors[0]
    seeding.suspend(stopped, MORNING + timedelta(days=30))
    assert "市政公用工程施工总承包三级及以上" in refusal(seeding.join, town, draw, small).text
    assert "停用至2026-12-18" in refusal(seeding.join, town, draw, stopped).text
    assert live(draw) == []


def test_without_the_tick_nothing_is_joined(town, draw):
    who = seeding.actor(town.contractors[0])
    with business_clock(fixed(MORNING)), unit_of_work() as session:
        error = refusal(
            interests.join,
            session,
            town.settings,
            draw.project_id,
            who,
            interests.Submission(accept=False),
        )
    assert isinstance(error, errors.TermsNotAcceptedError)


def sealed(draw):
    with reading() as session:
        keepers = guardians.public_guardians(session)
    value = {"org": "9" * 18, "blind": "cd" * 32, "at": "2026-11-18T01:00:00Z"}
    return envelope.seal(interests.sealing_context(draw, "ab" * 16), value, keepers)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"holder": "AB" * 16}, "bad_ticket"),
        ({"holder": "ab"}, "bad_ticket"),
        ({"project": "0" * 32}, "envelope_refused"),
        ({"kind": "rehearsal"}, "envelope_refused"),
    ],
)
def test_an_envelope_for_something_else_is_refused(town, draw, values, code):
    made = sealed(draw)
    made["ctx"] |= values
    error = refusal(
        seeding.join, town, draw, town.contractors[0], envelope=made, org_commit="ef" * 32
    )
    assert error.code == code
    assert live(draw) == []


@pytest.mark.parametrize(
    "values",
    [
        {"org_commit": "ef" * 32},
        {"envelope": {"ctx": None}, "org_commit": "ef" * 32},
        {"envelope": {}, "org_commit": "ef" * 32},
        {"envelope": {"ctx": {"holder": ["ab" * 16]}}, "org_commit": "ef" * 32},
    ],
)
def test_half_a_sealed_submission_is_refused(town, draw, values):
    error = refusal(seeding.join, town, draw, town.contractors[0], **values)
    assert isinstance(error, errors.BadTicketError)


def test_without_a_commitment_an_envelope_is_refused(town, draw):
    error = refusal(seeding.join, town, draw, town.contractors[0], envelope=sealed(draw))
    assert isinstance(error, errors.BadTicketError)


def test_a_ticket_in_use_is_refused(town, draw):
    values = {"envelope": sealed(draw), "org_commit": "ef" * 32}
    seeding.join(town, draw, town.contractors[0], **values)
    error = refusal(seeding.join, town, draw, town.contractors[1], **values)
    assert isinstance(error, errors.BadTicketError)


def test_a_share_that_a_guardian_cannot_open_is_refused_at_once(town, draw):
    made = sealed(draw)
    cut = made["shares"][0]["c"]
    made["shares"][0]["c"] = cut[:-2] + ("00" if cut[-2:] != "00" else "11")
    error = refusal(
        seeding.join, town, draw, town.contractors[0], envelope=made, org_commit="ef" * 32
    )
    assert live(draw) == []
    assert error.text


@pytest.mark.parametrize("letter", ["字", "𠮷", "\x01", '"'])
def test_contact_and_remark_fit_one_block_whatever_is_typed(town, draw, letter):
    seeding.join(town, draw, town.contractors[0], contact=letter * 40, remark=letter * 120)
    (row,) = live(draw)
    seeding.join(town, draw, town.contractors[1])
    assert len({len(one.contact) for one in live(draw)}) == 1
    assert row.contact != b""
    error = refusal(
        seeding.join, town, draw, town.contractors[2], contact=letter * 41, remark=letter * 120
    )
    assert isinstance(error, errors.TextTooLongError)


def test_the_stored_bytes_have_one_size_whoever_joined_and_whatever_was_typed(town, draw):
    seeding.join(town, draw, town.contractors[0])
    seeding.join(town, draw, town.contractors[1], contact="王", remark="有现场勘察记录")
    seeding.join(town, draw, town.contractors[2], at=MORNING + timedelta(hours=31))
    with reading() as session:
        columns = [column.key for column in inspect(Interest).columns]
        rows = [[getattr(row, name) for name in columns] for row in session.query(Interest)]
    sizes = {tuple(len(str(value)) if value is not None else 0 for value in row) for row in rows}
    contacts = {len(row[columns.index("contact")]) for row in rows}
    text_only = {
        tuple(size for size, name in zip(one, columns, strict=True) if name != "contact")
        for one in sizes
    }
    assert len(rows) == 3
    assert len(text_only) == 1
    assert len(contacts) == 1


def test_the_table_has_no_time_no_counter_and_no_order_of_arrival(database):
    columns = {column.key: column.type for column in Interest.__table__.c}
    assert not [name for name, kind in columns.items() if "Time" in type(kind).__name__]
    assert not [name for name, kind in columns.items() if "Integer" in type(kind).__name__]
    with database.connect() as connection:
        made = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = 'interest'")
        ).scalar_one()
    assert "WITHOUT ROWID" in made


def contents(database):
    """Every row of every table but the one of tickets."""
    with database.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in Base.metadata.sorted_tables
            if table.name != "interest"
        }


def test_joining_and_leaving_write_nothing_but_the_row(town, draw, database):
    before = contents(database)
    files = sorted(town.settings.directory.rglob("*"))
    seeding.join(town, draw, town.contractors[0], contact="李工 13900000000", remark="可提前进场")
    seeding.leave(town, draw, town.contractors[0])
    seeding.join(town, draw, town.contractors[0])
    assert contents(database) == before
    assert sorted(town.settings.directory.rglob("*")) == files


def test_the_row_names_neither_the_company_nor_what_was_typed(town, draw):
    seeding.join(town, draw, town.contractors[0], contact="李工", remark="可提前进场")
    party_id = seeding.actor(town.contractors[0]).party_id
    (party,) = seeding.rows(Party, id=party_id)
    (row,) = live(draw)
    stored = " ".join(repr(getattr(row, c.key)) for c in inspect(Interest).columns)
    for secret in (party.id, party.credit_code, party.name, town.contractors[0], "李工"):
        assert secret not in stored
        assert secret.encode().hex() not in stored
    assert row.party_id is None
    assert row.blind is None


def test_two_draws_know_a_company_by_different_names(town, draw):
    other = seeding.announce(town, "柳河镇卫生院围墙工程")
    seeding.join(town, draw, town.contractors[0])
    seeding.join(town, other, town.contractors[0])
    assert live(draw)[0].pseudonym != live(other)[0].pseudonym
