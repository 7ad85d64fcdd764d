"""Plays the worked cases of the intake and of suspensions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.deficiency import DeficiencyNotice
from models.errors import SmallworksError
from models.flow.job import OutboundMessage
from models.letter import Letter
from models.roster.suspensions import is_in_force
from models.session import reading, unit_of_work
from processes.demo.story import CENTRE, COMPLETE, OWNER, Story
from processes.withdrawal import withdraw
from tests.city import MORNING, City, after
from tests.flows.test_enterprise_suspension import begin, decide, stops, suspend

REASONS = "工程量清单第3项与预算表不一致。"
Act = Callable[[City, Story, datetime], None]


def returned(kind: str, reasons: str = REASONS) -> Act:
    def act(city: City, story: Story, at: datetime) -> None:
        with city.player.at(at):
            form = {**COMPLETE, "decision": kind, "reasons": reasons}
            city.player.complete(CENTRE, story.instance, "intake_review", form)

    return act


def old_form(city: City, story: Story, at: datetime) -> None:
    with reading() as session:
        first = session.scalars(select(Letter).order_by(Letter.issued_at)).first()
        assert first is not None
    with city.player.at(at):
        name = "小额工程进场交易申请表（已盖章）"
        code = f"{first.code[:4]}-{first.code[4:8]}-{first.code[8:]}"
        lines = (name, story.requirement.title, f"核验码 {code}")
        story.stamp(at, stamped_application=city.player.upload(OWNER, f"{name}.pdf", *lines))


def take_back(city: City, story: Story, at: datetime) -> None:
    with city.player.at(at), unit_of_work() as session:
        actor = city.player.actor(session, OWNER)
        withdraw(session, city.settings, story.instance, "资金调整，今年不再实施。", actor=actor)


ACTS: Mapping[str, Act] = {
    "fill": lambda _, story, at: story.fill(at),
    "stamp": lambda _, story, at: story.stamp(at),
    "correct": lambda _, story, at: story.reconsider(at),
    "accepted": lambda _, story, at: story.accept(at),
    "review_failed": returned("review_failed"),
    "documents_missing": returned("documents_missing"),
    "out_of_scope": returned("out_of_scope"),
    "without_reasons": returned("review_failed", ""),
    "old_form": old_form,
    "withdraw": take_back,
}


def intake_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    story = city.story()
    story.start(MORNING)
    for number, act in enumerate(given["acts"], 1):
        ACTS[act](city, story, after(minutes=20 * number))
    if "last" in given:
        return _refused(city, story, given["last"])
    with reading() as session:
        forms = session.scalars(select(Letter.id)).all()
        kinds = session.scalars(select(DeficiencyNotice.kind).order_by(DeficiencyNotice.round))
        returns = [kind.value for kind in kinds]
    phase = city.project(story).phase.value
    return {"forms": len(forms), "returns": returns, "phase": phase, "next": city.steps(story)}


def _refused(city: City, story: Story, act: str) -> dict[str, Any]:
    code = ""
    try:
        ACTS[act](city, story, after(hours=7))
    except SmallworksError as error:
        code = error.code
    return {"refused": code, "next": city.steps(story)}


def suspension_outcome(city: City, given: Mapping[str, Any]) -> dict[str, Any]:
    for number, decision in enumerate(given["decisions"]):
        at = after(hours=number)
        if decision == "suspend":
            suspend(city, 1, at, "2026-11-09", "2026-11-30")
            continue
        form = {"lift_reason": "整改完成，验收合格。"} if decision == "reinstate" else {}
        decide(city, begin(city, 1, at), at, conduct=decision, **form)
    with reading() as session:
        sent = sorted(session.scalars(select(OutboundMessage.template)))
    found = stops(1, city)
    held = any(is_in_force(one, after(hours=5)) for one in found)
    return {"suspended": held, "suspensions": len(found), "messages": sent}


INTAKE = {"project_intake": intake_outcome, "enterprise_suspension": suspension_outcome}
