"""One decision for several enterprises (批量审核): each in a unit of work of its own, each told.

What cannot be decided any more (withdrawn, decided, held by a colleague) is told with its reason;
the others are done all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.errors import ConflictError, InvalidError, NotFoundError, SmallworksError
from models.identity.actor import Actor
from models.roster.enrolment import REVIEWERS, ROUND_TITLES, EnrolmentRound, RoundState
from models.roster.enrolment_errors import ReasonsMissingError
from models.session import unit_of_work
from models.settings import Settings
from processes.engine import ProcessEngine
from processes.open_items import open_items

DECISIONS = {"passed": "核实通过", "sent_back": "退回修改", "refused": "不予通过"}
MOST = 50
SHORTEST, LONGEST = 5, 1000


class DecisionMissingError(InvalidError):
    """Nothing was decided."""

    message = "请选择核实结论。"


class NothingChosenError(InvalidError):
    """No enterprise was ticked."""

    message = "还没有勾选企业，请勾选要审核的企业后再提交。"


class TooManyChosenError(InvalidError):
    """More than one page bears."""

    message = "一次最多审核{most}家，请分批办理。"


class RoundNotHereError(NotFoundError):
    """No such round among those that this person reviews."""

    message = "没有找到这份材料，或它不归您审核。"


class RoundClosedError(ConflictError):
    """The round waits for nobody any more."""

    message = "这份材料{state}，没有重复办理。"


@dataclass(frozen=True)
class Told:
    """What became of one enterprise's file."""

    round_id: str
    name: str
    is_done: bool
    words: str


def check(chosen: Sequence[str], decision: str, reasons: str) -> None:
    """Raise unless enterprises, a decision and, for a return or refusal, its reasons are given."""
    if not chosen:
        raise NothingChosenError
    if len(chosen) > MOST:
        raise TooManyChosenError(most=MOST)
    if decision not in DECISIONS:
        raise DecisionMissingError(fields={"decision": DecisionMissingError.message})
    if decision != "passed" and not SHORTEST <= len(reasons.strip()) <= LONGEST:
        raise ReasonsMissingError


def decide(
    settings: Settings, chosen: Sequence[str], decision: str, reasons: str, *, actor: Actor
) -> list[Told]:
    """Decide each chosen round and return what became of each, in their order."""
    check(chosen, decision, reasons)
    form = {"decision": decision, "reasons": reasons.strip()}
    return [_decide_one(settings, one, form, actor) for one in dict.fromkeys(chosen)]


def may_review(round_: EnrolmentRound, actor: Actor) -> bool:
    """Return whether a round is for this person's department in its county."""
    return round_.reviewer in REVIEWERS and actor.holds(round_.reviewer, round_.county_code)


def _decide_one(settings: Settings, round_id: str, form: dict[str, str], actor: Actor) -> Told:
    name = "—"
    try:
        with unit_of_work() as session:
            round_ = _mine(session, round_id, actor)
            name = round_.party.name
            _complete(session, settings, round_, form, actor)
    except SmallworksError as error:
        return Told(round_id, name, is_done=False, words=_words(error))
    return Told(round_id, name, is_done=True, words=DECISIONS[form["decision"]])


def _mine(session: Session, round_id: str, actor: Actor) -> EnrolmentRound:
    found = session.get(EnrolmentRound, round_id)
    if found is None or not may_review(found, actor):
        raise RoundNotHereError
    return found


def _complete(
    session: Session,
    settings: Settings,
    round_: EnrolmentRound,
    form: dict[str, str],
    actor: Actor,
) -> None:
    if round_.state is not RoundState.SUBMITTED:
        raise RoundClosedError(state=ROUND_TITLES[round_.state])
    item = open_items(session, [round_.instance_id]).get(round_.instance_id)
    if item is None:
        raise RoundClosedError(state=ROUND_TITLES[RoundState.ENDED])
    ProcessEngine(session, settings=settings).complete(item, form, actor=actor)


def _words(error: SmallworksError) -> str:
    fields = getattr(error, "fields", {})
    return "；".join([error.text, *dict.fromkeys(fields.values())]) if fields else error.text
