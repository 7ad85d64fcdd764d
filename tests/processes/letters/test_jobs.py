"""Letters as jobs: owed in the transaction, made after it, once, and told to the case."""

import pytest
from sqlalchemy import select

from handlers.letters import FloorNotSealedError, LetterTooEarlyError, OtherProjectError
from models.document import Document
from models.flow.job import Job, JobState
from models.identity.actor import PLATFORM
from models.letter import Letter, LetterKind
from models.project import Project
from models.session import reading, unit_of_work
from models.storage import open_storage
from processes import claims
from processes.engine import ProcessEngine
from processes.job_runner import due_jobs, run_job
from processes.letters import jobs
from processes.letters.letter_key import path_of
from processes.letters.stamp import holds


def only(table):
    with reading() as session:
        return session.scalars(select(table)).one()


def letter_document():
    with reading() as session:
        letter = session.scalars(select(Letter)).one()
        return session.get_one(Document, letter.document_id)


def letter_jobs():
    with reading() as session:
        return session.scalars(select(Job).where(Job.kind.startswith("letter."))).all()


@pytest.mark.req("DZ-78")
def test_award_letter_names_winner_price_in_capitals_and_the_check_page(published):
    published.make("award_letter")
    letter = only(Letter)
    with reading() as session:
        winner = session.get_one(Project, published.project).winner.name
    words = letter.words
    assert words["addressee"] == f"{winner}："
    assert ["中选价", "¥\u00a0183,600.00（大写：人民币壹拾捌万叁仟陆佰元整）"] in words["rows"]
    assert words["url"] == f"http://localhost:8000/letters/{letter.code}"
    assert words["number"] == "小额中选〔2026〕2号"  # the flow issued the first
    assert words["seal"] in words["sign"]


@pytest.mark.req("DZ-78")
def test_the_letter_becomes_one_stamped_document_of_project_and_case(published):
    instance = published.make("award_letter")
    document = letter_document()
    assert (document.kind, document.media_type) == ("award_letter", "application/pdf")
    assert (document.project_id, document.instance_id) == (published.project, instance.id)
    assert not document.is_public
    with open_storage(published.city.settings).open(document.sha256) as file:
        pdf = file.read()
    assert len(pdf) == document.size
    assert holds(pdf)


@pytest.mark.req("DZ-74.3b")
def test_entry_application_holds_what_the_owner_filled_in(announced):
    announced.make("entry_application")
    words = only(Letter).words
    rows = dict(words["rows"])
    assert rows["项目名称"] == "柳河镇中心卫生院围墙及大门修缮工程"
    assert rows["最高限价"] == "¥\u00a0183,600.00（大写：人民币壹拾捌万叁仟陆佰元整）"
    assert rows["计划工期"] == "45个日历天"
    assert "最低限价" not in rows
    assert letter_document().kind == "entry_application"


@pytest.mark.req("DZ-74.3b", "DZ-80b")
def test_of_a_floor_the_application_prints_the_commitment_only(announced):
    announced.make("entry_application", floor_commit=f'"{"0a" * 32}"')
    floor = dict(only(Letter).words["rows"])["最低限价"]
    assert floor.endswith(" ".join(["0a0a0a0a"] * 8))
    with pytest.raises(FloorNotSealedError):
        announced.owe("entry_application", floor_commit='"18000000"')


def test_the_case_waits_until_the_letter_is_there(published, steps):
    instance = published.owe("award_letter")
    assert steps(instance) == []
    published.work()
    assert steps(instance) == ["check"]
    assert {job.state for job in letter_jobs()} == {JobState.DONE}


def test_a_worker_killed_after_making_the_letter_leaves_one_document(published, steps):
    instance = published.owe("award_letter")
    letter = only(Letter)
    # the first worker dies between making and storing; another does it again
    jobs.prepare({"letter": letter.id}, published.city.settings)
    published.work()
    with unit_of_work() as session:
        jobs.store(session, {"letter": letter.id}, {"sha256": "0" * 64, "size": 1}, None)
    with reading() as session:
        query = select(Document).where(Document.kind == "award_letter")
        assert len(session.scalars(query).all()) == 1
    assert steps(instance) == ["check"]


def test_a_letter_that_fails_is_tried_again_and_then_waits_for_a_keeper(published, monkeypatch):
    published.owe("award_letter")
    monkeypatch.setattr(claims, "MAX_ATTEMPTS", 1)
    monkeypatch.setattr("processes.letters.jobs.open_storage", lambda _: 1 / 0)
    for job_id in due_jobs():
        assert not run_job(job_id, published.city.settings)
    (job,) = letter_jobs()
    assert job.state is JobState.DEAD
    assert "ZeroDivisionError" in job.error
    assert only(Letter).document_id is None


def test_a_suspended_case_hears_of_its_letter_later(published, steps):
    instance = published.owe("award_letter")
    change(published, "suspend", instance.id)
    published.work()
    assert letter_document()
    change(published, "resume", instance.id)
    (later,) = (job for job in letter_jobs() if job.state is JobState.WAITING)
    with unit_of_work() as session:
        session.get_one(Job, later.id).due_at = later.due_at.replace(year=2020)
    published.work()
    assert steps(instance) == ["check"]


def change(letters, verb, instance_id):
    with unit_of_work() as session:
        engine = ProcessEngine(session, settings=letters.city.settings)
        getattr(engine, verb)(instance_id, actor=PLATFORM, reason="检查")


def test_a_lost_stamp_key_is_not_replaced_in_silence(published):
    published.make("award_letter")
    path_of(published.city.settings).unlink()
    published.owe("entry_application")
    published.work()
    assert not path_of(published.city.settings).exists()
    failed = [job for job in letter_jobs() if job.state is not JobState.DONE]
    assert ["LetterKeyMissingError" in job.error for job in failed] == [True]


@pytest.mark.req("DZ-78")
def test_no_award_letter_before_the_result_is_published(announced):
    with pytest.raises(LetterTooEarlyError):
        announced.owe("award_letter")


def test_a_case_makes_letters_of_its_own_project_only(announced):
    with pytest.raises(OtherProjectError):
        announced.owe("entry_application", project='"another"')


def test_two_letters_never_share_number_or_code(published):
    published.make("award_letter")
    published.make("award_letter")
    with reading() as session:
        letters = session.scalars(
            select(Letter).where(Letter.kind == LetterKind.AWARD_LETTER)
        ).all()
    assert (
        len({letter.number for letter in letters}) == len({letter.code for letter in letters}) == 2
    )
