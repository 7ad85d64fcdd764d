"""Enrolment (入驻): a file is opened, submitted, sent back, passed or refused, round by round."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from handlers.context import OperatorContext
from handlers.registry import operator
from models.clock import to_china
from models.errors import InvalidError
from models.roster import enrolments
from models.roster.enrolment import (
    KIND_TITLES,
    REGULATOR,
    REVIEWERS,
    EnrolmentRound,
    RoundState,
)
from models.roster.enrolment_errors import NoOpenRoundError, ReasonsMissingError

APPLICANT = "applicant"
SHORTEST = 5


class KindUnknownError(InvalidError):
    """The diagram enrols a kind of organisation that does not exist."""

    message = "这一流程不能按“{kind}”办理入驻，请返回本单位信息重新发起。"


class ReviewerUnknownError(InvalidError):
    """The decision table sends a round to a role that reviews nobody."""

    message = "审核分派决策表给出的审核部门“{reviewer}”不能审核企业，请流程分析员改正决策表。"


@dataclass(frozen=True, kw_only=True)
class BeginParams:
    """As what the organisation enrols, and what the flow enrols at all (empty: every kind)."""

    kind: str = field(metadata={"label": "单位类别"})
    among: list[Any] = field(default_factory=list, metadata={"label": "本流程办理的单位类别"})


@operator("enrolment.begin", title="建立入驻档案")
def begin(params: BeginParams, context: OperatorContext) -> dict[str, Any]:
    """Open the first round and return the facts in force, to begin from (空白即首次入驻)."""
    if params.kind not in (params.among or KIND_TITLES):
        raise KindUnknownError(kind=KIND_TITLES.get(params.kind, params.kind))
    case = context.case
    party = case.parties.get(APPLICANT)
    if party is None:
        raise NoOpenRoundError
    place = enrolments.Place(case.instance_id, party, case.county)
    round_ = enrolments.begin(context.session, place, params.kind)
    after = {"kind": params.kind, "change": round_.is_change}
    context.log("enrolment:begun", case.instance_id, after=after)
    facts = enrolments.in_force(context.session, round_)
    title = KIND_TITLES[params.kind]
    return {**facts, "is_change": round_.is_change, "kind_title": title}


@dataclass(frozen=True, kw_only=True)
class SubmitParams:
    """What was filled in; an owner has no qualifications and nobody who verifies."""

    profile: dict[str, Any] = field(metadata={"label": "基本信息"})
    qualifications: list[Any] = field(default_factory=list, metadata={"label": "资质"})
    due: str = field(default="", metadata={"label": "核实期限"})
    reviewer: str = field(default=REGULATOR, metadata={"label": "审核部门", "of": "role"})


@operator("enrolment.submit", title="登记本轮材料")
def submit(params: SubmitParams, context: OperatorContext) -> int:
    """Keep the round as submitted and return its number; nothing takes effect yet."""
    if params.reviewer not in REVIEWERS:
        raise ReviewerUnknownError(reviewer=params.reviewer)
    round_ = _round(context, RoundState.DRAFT)
    now = context.clock()
    rows = params.qualifications
    enrolments.submit(context.session, round_, params.profile, rows, now.date())
    round_.state, round_.submitted_at = RoundState.SUBMITTED, now
    round_.submitted_by, round_.reviewer = context.actor.account_id, params.reviewer
    round_.due_at = to_china(datetime.fromisoformat(params.due)) if params.due else None
    context.session.flush()
    after = {"round": round_.round, "qualifications": len(rows), "reviewer": round_.reviewer}
    context.log("enrolment:submitted", context.case.instance_id, role=APPLICANT, after=after)
    return round_.round


@dataclass(frozen=True, kw_only=True)
class ReasonParams:
    """Every reason at once."""

    reasons: str = field(metadata={"label": "全部原因"})


@operator("enrolment.send_back", title="退回并一次性告知")
def send_back(params: ReasonParams, context: OperatorContext) -> int:
    """Keep the round with all its reasons and open the next; return the number sent back."""
    round_ = _decide(context, RoundState.SENT_BACK, params.reasons)
    enrolments.reopen(context.session, round_)
    return round_.round


@operator("enrolment.refuse", title="不予入驻")
def refuse(params: ReasonParams, context: OperatorContext) -> int:
    """End the file with its reasons; what was in force before stays in force."""
    return _decide(context, RoundState.REFUSED, params.reasons).round


@dataclass(frozen=True, kw_only=True)
class WithdrawParams:
    """Nothing to fill in: the case's submitted round is taken back."""


@operator("enrolment.withdraw", title="登记撤回")
def withdraw(params: WithdrawParams, context: OperatorContext) -> int:  # noqa: ARG001
    """Keep the round as withdrawn and open the next; return the number withdrawn."""
    round_ = _round(context, RoundState.SUBMITTED)
    by, at = context.actor.account_id, context.clock()
    enrolments.close(context.session, round_, RoundState.WITHDRAWN, by, at)
    context.log("enrolment:withdrawn", context.case.instance_id, after={"round": round_.round})
    enrolments.reopen(context.session, round_)
    return round_.round


@dataclass(frozen=True, kw_only=True)
class PassParams:
    """Nothing to fill in: the case's submitted round is passed."""


@operator("enrolment.pass", title="通过并使信息生效")
def pass_round(params: PassParams, context: OperatorContext) -> bool:  # noqa: ARG001
    """Put the round's facts in force; return whether this was a change of an enrolled party."""
    round_ = _round(context, RoundState.SUBMITTED)
    enrolments.close(
        context.session, round_, RoundState.PASSED, context.actor.account_id, context.clock()
    )
    party = enrolments.put_in_force(context.session, round_)
    after = {"party": party.id, "round": round_.round, "change": round_.is_change}
    context.log("enrolment:passed", context.case.instance_id, after=after)
    return round_.is_change


def _round(context: OperatorContext, state: RoundState) -> EnrolmentRound:
    return enrolments.round_in(context.session, context.case.instance_id, state)


def _decide(context: OperatorContext, state: RoundState, reasons: str) -> EnrolmentRound:
    if len(reasons.strip()) < SHORTEST:
        raise ReasonsMissingError
    round_ = _round(context, RoundState.SUBMITTED)
    round_.reasons = reasons.strip()
    by, at = context.actor.account_id, context.clock()
    enrolments.close(context.session, round_, state, by, at)
    after = {"round": round_.round, "reasons": sha256(reasons.encode()).hexdigest()}
    context.log(f"enrolment:{state.value}", context.case.instance_id, after=after)
    return round_
